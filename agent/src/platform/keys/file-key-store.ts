import { chmodSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseHex, toHex } from "@overt/shared/bytes.ts";
import { ConfigError } from "@overt/shared/errors.ts";
import { Hash } from "@overt/shared/protocol/fields.ts";
import { z } from "zod";
import type { KeyStore } from "../../core/device-keys.ts";
import { findFile, makePrivateFolder, writeFileAtomic } from "../atomic-file.ts";

const KeyFile = z.strictObject({ v: z.literal(1), signing: Hash, box: Hash, accountSalt: Hash });

/** Keys in one file of mode 0600 in a folder of mode 0700. Throws BAD_CONFIG where others can read it. */
export function openFileKeyStore(path: string): KeyStore {
  return {
    protection: "software-unprotected",
    find() {
      const bytes = findFile(path);
      if (bytes === undefined) return undefined;
      if (process.platform !== "win32" && (statSync(path).mode & 0o077) !== 0) {
        throw new ConfigError("BAD_CONFIG", "The device's key file can be read by other accounts. Nothing is started.");
      }
      const { signing, box, accountSalt } = readKeyFile(bytes);
      return { signing: parseHex(signing), box: parseHex(box), accountSalt: parseHex(accountSalt) };
    },
    save(seeds) {
      makePrivateFolder(dirname(path));
      chmodSync(dirname(path), 0o700);
      const file = {
        v: 1,
        signing: toHex(seeds.signing),
        box: toHex(seeds.box),
        accountSalt: toHex(seeds.accountSalt),
      };
      writeFileAtomic(path, `${JSON.stringify(file)}\n`);
    },
    remove() {
      const bytes = findFile(path);
      if (bytes === undefined) return;
      // Best effort: a file system may have kept older blocks.
      writeFileSync(path, Buffer.alloc(bytes.length), { mode: 0o600 });
      rmSync(path);
    },
  };
}

function readKeyFile(bytes: Buffer): z.infer<typeof KeyFile> {
  try {
    return KeyFile.parse(JSON.parse(bytes.toString("utf8")));
  } catch {
    throw new ConfigError("BAD_CONFIG", "The device's key file is damaged. The device has to be enrolled again.");
  }
}
