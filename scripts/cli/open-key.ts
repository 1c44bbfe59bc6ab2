import type { SigningKey } from "@overt/shared/crypto/ed25519.ts";
import type { KeyRole } from "@overt/shared/protocol/key-file.ts";
import { openSigningKey, readKeyFile } from "../keys/key-file.ts";
import { type PassphraseOptions, readPassphrase } from "./passphrase.ts";

/** The signing key in a file of one of the roles. The role is looked at before a passphrase is asked for. */
export async function openSigner(
  path: string,
  roles: readonly KeyRole[],
  options: PassphraseOptions,
): Promise<SigningKey> {
  const file = readKeyFile(path);
  if (file.sealed === undefined || !roles.includes(file.role)) return openSigningKey(file, roles);
  return openSigningKey(file, roles, await readPassphrase(options, path));
}
