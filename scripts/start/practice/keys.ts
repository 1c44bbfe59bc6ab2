import { chmodSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { SigningKey } from "@overt/shared/crypto/ed25519.ts";
import type { BoxKey } from "@overt/shared/crypto/x25519.ts";
import { ConfigError } from "@overt/shared/errors.ts";
import { type KeyRole, keyRoles, type PublicKeyFile } from "@overt/shared/protocol/key-file.ts";
import {
  buildKeyFile,
  openBoxKey,
  openSigningKey,
  publicPart,
  readKeyFile,
  writeKeyFiles,
} from "../../keys/key-file.ts";

/** Every secret of the practice agency, each in a key file of its own as its holder would keep it. */
export interface PracticeKeys {
  signing(name: string): SigningKey;
  box(name: string): BoxKey;
  public(name: string): PublicKeyFile;
  /** Where the secret of this name lies. */
  file(name: string): string;
}

const reviewer = { group: "practice-reviewers", role: "reviewer" } as const;

/** Keys are made when first asked for and stay the same after that. A name is its role and perhaps a number: `root-3`. */
export function openPracticeKeys(folder: string, random: (n: number) => Uint8Array, now: number): PracticeKeys {
  if (existsSync(join(folder, "root-1.json"))) {
    throw new ConfigError("BAD_CONFIG", "This run was made by an older version. Start over: npm start -- --fresh");
  }
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
  const file = (name: string) => join(folder, `${name}.key.json`);
  const read = (name: string) => {
    if (!existsSync(file(name))) {
      const role = roleOf(name);
      writeKeyFiles(folder, buildKeyFile({ role, name, now, random, ...(role === "reviewer" ? { reviewer } : {}) }));
    }
    return readKeyFile(file(name));
  };
  return {
    file: (name) => {
      read(name);
      return file(name);
    },
    public: (name) => publicPart(read(name)),
    signing: (name) => openSigningKey(read(name), keyRoles),
    box: (name) => openBoxKey(read(name), keyRoles),
  };
}

function roleOf(name: string): KeyRole {
  const word = name.replace(/-[0-9]+$/, "");
  const role = keyRoles.find((each) => each === word);
  if (role === undefined) throw new RangeError(`There is no key role ${word}.`);
  return role;
}
