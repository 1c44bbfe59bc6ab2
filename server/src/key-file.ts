import { readFileSync, statSync } from "node:fs";
import { parseHex } from "@overt/shared/bytes.ts";
import { ConfigError } from "@overt/shared/errors.ts";
import { KeyFile, type KeyRole } from "@overt/shared/protocol/key-file.ts";

/**
 * The 32 secret bytes of a key file (SPEC.md section 11) without a passphrase, because a server starts with nobody beside
 * it. Throws MISSING_FILE, or BAD_CONFIG for a file of another role or one that others can read; never shows what it read.
 */
export function readSeed(file: string, role: KeyRole): Uint8Array {
  const parsed = KeyFile.safeParse(readJson(file));
  if (!parsed.success) throw new ConfigError("BAD_CONFIG", `The key file ${file} is not one of ours.`);
  if (process.platform !== "win32" && (statSync(file).mode & 0o077) !== 0) {
    throw new ConfigError("BAD_CONFIG", `Others can read the key file ${file}. Run: chmod 600 ${file}`);
  }
  if (parsed.data.role !== role) {
    throw new ConfigError("BAD_CONFIG", `The key file ${file} is for ${parsed.data.role}; needed is one for ${role}.`);
  }
  if (parsed.data.seed === undefined) {
    throw new ConfigError(
      "BAD_CONFIG",
      `The key file ${file} has a passphrase, and a server has nobody to ask. Make its key without one.`,
    );
  }
  return parseHex(parsed.data.seed);
}

function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new ConfigError("MISSING_FILE", `The key file ${file} cannot be read.`, { cause });
  }
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message is dropped: it may quote the secret.
    return undefined;
  }
}
