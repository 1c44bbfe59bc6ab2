import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The path of an input that is made once and kept in `folder`; its name changes with the files it is made by, so that none
 * outlives a change of them. `make` gives its bytes.
 */
export function keep(
  folder: string,
  name: string,
  madeBy: readonly string[],
  make: () => Uint8Array | string,
): { readonly path: string } {
  const path = keptPath(folder, name, madeBy);
  if (!existsSync(path)) {
    // Its name is there only once it is whole.
    writeFileSync(`${path}.part`, make());
    renameSync(`${path}.part`, path);
  }
  return { path };
}

export function keptPath(folder: string, name: string, madeBy: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of madeBy) hash.update(readFileSync(file));
  const dot = name.lastIndexOf(".");
  return join(folder, `${name.slice(0, dot)}-${hash.digest("hex").slice(0, 10)}${name.slice(dot)}`);
}
