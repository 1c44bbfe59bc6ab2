import { readFileSync } from "node:fs";
import { parseHex } from "@overt/shared/bytes.ts";
import { ConfigError } from "@overt/shared/errors.ts";
import { z } from "zod";

const KeyFile = z.strictObject({ v: z.literal(1), name: z.string(), seed: z.string().regex(/^[0-9a-f]{64}$/) });

/** The 32 secret bytes of a key file without a passphrase. Throws MISSING_FILE, BAD_CONFIG; never shows what it read. */
export function readSeed(file: string): Uint8Array {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    throw new ConfigError("MISSING_FILE", `The key file ${file} cannot be read.`);
  }
  try {
    return parseHex(KeyFile.parse(JSON.parse(text)).seed);
  } catch {
    throw new ConfigError("BAD_CONFIG", `The key file ${file} is not one of ours.`);
  }
}
