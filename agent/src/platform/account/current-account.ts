import { userInfo } from "node:os";
import { concatBytes, utf8 } from "@overt/shared/bytes.ts";
import { sha256Hex } from "@overt/shared/crypto/hash.ts";

/** Salted hash of the account this process runs under; it names nobody. `salt` stays on the device. */
export function findAccountHash(salt: Uint8Array): string {
  const { uid, username } = userInfo();
  return sha256Hex(concatBytes(utf8("overt-account-v1\0"), salt, utf8(`${uid}\0${username}`)));
}

/** The system as the acknowledgement names it; undefined where the agent does not run. */
export function findOs(platform: NodeJS.Platform = process.platform): "linux" | "windows" | "macos" | undefined {
  return ({ linux: "linux", win32: "windows", darwin: "macos" } as const)[platform as "linux" | "win32" | "darwin"];
}
