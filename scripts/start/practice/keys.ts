import { chmodSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseHex, parseUtf8, toHex } from "@overt/shared/bytes.ts";
import { type SigningKey, signingKeyFromSeed } from "@overt/shared/crypto/ed25519.ts";
import { type BoxKey, boxKeyFromSeed } from "@overt/shared/crypto/x25519.ts";
import { z } from "zod";
import { findFile, prettyJson, writeNewFile } from "../../keys/files.ts";

/** One secret of the practice agency in a file of its own, as its holder would keep it: 32 bytes in hex, owner only. */
const SeedFile = z.strictObject({ v: z.literal(1), name: z.string(), seed: z.string().regex(/^[0-9a-f]{64}$/) });

export interface PracticeKeys {
  signing(name: string): SigningKey;
  box(name: string): BoxKey;
  /** Where the secret of this name lies. */
  file(name: string): string;
}

/** Keys are made when first asked for and stay the same after that. */
export function openPracticeKeys(folder: string, random: (n: number) => Uint8Array): PracticeKeys {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
  const file = (name: string) => join(folder, `${name}.json`);
  const seed = (name: string): Uint8Array => {
    if (!existsSync(file(name))) writeNewFile(file(name), prettyJson({ v: 1, name, seed: toHex(random(32)) }), 0o600);
    const bytes = findFile(file(name)) ?? new Uint8Array();
    return parseHex(SeedFile.parse(JSON.parse(parseUtf8(bytes))).seed);
  };
  return { file, signing: (name) => signingKeyFromSeed(seed(name)), box: (name) => boxKeyFromSeed(seed(name)) };
}
