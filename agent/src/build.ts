import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

/** What the acknowledgement and the notice say of this program. */
export interface BuildInfo {
  readonly version: string;
  /** SHA-256 over the names and hashes of the program's own files, sorted by name. */
  readonly sha256: string;
}

/** Read from the files that run: `folder` holds this program, from a clone together with `shared/src`. */
export function readBuildInfo(folder: string): BuildInfo {
  const shared = join(folder, "..", "..", "shared", "src");
  const base = existsSync(shared) ? join(folder, "..", "..") : folder;
  const files = [folder, ...(existsSync(shared) ? [shared] : [])].flatMap(listFiles).sort();
  const hash = createHash("sha256");
  for (const file of files) {
    const name = relative(base, file).replaceAll("\\", "/");
    hash.update(`${createHash("sha256").update(readFileSync(file)).digest("hex")}  ${name}\n`);
  }
  return { version: readVersion(folder), sha256: hash.digest("hex") };
}

function listFiles(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

function readVersion(folder: string): string {
  const path = [join(folder, "..", "package.json"), join(folder, "package.json")].find(existsSync);
  const version: unknown = path && (JSON.parse(readFileSync(path, "utf8")) as { version?: unknown }).version;
  return typeof version === "string" ? version : "0.0.0";
}
