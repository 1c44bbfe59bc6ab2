import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";

/** Everything that a build reads: whole folders, so that a new import cannot be forgotten. */
const sources = ["agent/extension", "agent/src", "server/src/views", "shared/src", "scripts/build"] as const;
const files = ["package.json", "package-lock.json", "shared/package.json", "agent/package.json"] as const;

/** SHA-256 over names and contents of all that goes into the build. */
export function hashSources(root: string): string {
  const hash = createHash("sha256");
  const inFolders = sources.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name))),
  );
  for (const name of [...inFolders, ...files].toSorted()) {
    const bytes = readFileSync(join(root, name));
    hash.update(`${name}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest("hex");
}

const nameOf = (dist: string) => join(dist, "built-from");

export function isBuiltFrom(dist: string, sourceHash: string): boolean {
  return existsSync(nameOf(dist)) && readFileSync(nameOf(dist), "utf8") === sourceHash;
}

/** Written last: a build that was cut short is not taken for one. */
export function markBuilt(dist: string, sourceHash: string): void {
  writeFileSync(nameOf(dist), sourceHash);
}
