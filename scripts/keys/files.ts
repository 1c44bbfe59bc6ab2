import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { ConfigError } from "@overt/shared/errors.ts";

/** Writes through a temporary file beside the goal, so that a reader sees the old bytes or the new, never half of them. */
export function writeFileWhole(path: string, bytes: Uint8Array | string, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.writing`;
  writeDurably(draft, "w", bytes, mode);
  renameSync(draft, path);
}

/** Writes a file that must not be there yet; throws FILE_EXISTS otherwise. */
export function writeNewFile(path: string, bytes: Uint8Array | string, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  if (existsSync(path)) throw fileExists(path);
  try {
    writeDurably(path, "wx", bytes, mode);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EEXIST") throw fileExists(path);
    throw cause;
  }
}

/** Throws MISSING_FILE with what the file should have been. */
export function readRequiredFile(path: string, what: string): Uint8Array {
  if (!existsSync(path)) throw new ConfigError("MISSING_FILE", `There is no file ${path}. It should be ${what}.`);
  return new Uint8Array(readFileSync(path));
}

export function findFile(path: string): Uint8Array | undefined {
  return existsSync(path) ? new Uint8Array(readFileSync(path)) : undefined;
}

/** Text of a JSON document for people: two spaces and a final line feed. */
export function prettyJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function writeDurably(path: string, flag: "w" | "wx", bytes: Uint8Array | string, mode: number): void {
  const file = openSync(path, flag, mode);
  try {
    const data = typeof bytes === "string" ? Buffer.from(bytes) : bytes;
    for (let at = 0; at < data.length; ) at += writeSync(file, data, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function fileExists(path: string): ConfigError {
  return new ConfigError(
    "FILE_EXISTS",
    `${path} exists already and is not overwritten. Choose another name or move it away.`,
  );
}
