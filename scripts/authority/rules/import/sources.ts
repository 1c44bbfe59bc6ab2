import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { ConfigError } from "@overt/shared/errors.ts";
import type { Format } from "./formats/formats.ts";

/** Files that become one group of rules. */
export type SourceGroup = { readonly name: string; readonly files: readonly string[] };

const ut1Files = ["domains", "urls", "expressions"];

/** The files that the command line names. Throws MISSING_FILE. */
export function findSources(format: Format, paths: readonly string[]): readonly SourceGroup[] {
  for (const path of paths) {
    if (!existsSync(path)) throw new ConfigError("MISSING_FILE", `There is nothing at ${path}.`);
  }
  if (format.name === "ut1") return paths.flatMap(findCategories);
  const files = paths.flatMap((path) => (statSync(path).isDirectory() ? listFiles(path) : [path]));
  if (files.length === 0) throw new ConfigError("MISSING_FILE", `There is no file in ${paths.join(", ")}.`);
  return [{ name: nameOf(paths[0] as string), files }];
}

/** A category is a folder with `domains` or `urls`; a folder of such folders is as many categories. */
function findCategories(path: string): readonly SourceGroup[] {
  if (!statSync(path).isDirectory()) return [{ name: nameOf(dirname(path)), files: [path] }];
  const own = ut1Files.map((name) => join(path, name)).filter((file) => existsSync(file));
  if (own.length > 0) return [{ name: nameOf(path), files: own }];
  const below = namesIn(path).filter((name) => statSync(join(path, name)).isDirectory());
  const groups = below.flatMap((name) => {
    const files = ut1Files.map((file) => join(path, name, file)).filter((file) => existsSync(file));
    return files.length === 0 ? [] : [{ name, files }];
  });
  if (groups.length > 0) return groups;
  throw new ConfigError(
    "MISSING_FILE",
    `${path} is no UT1 folder: it has no file domains or urls, and no folder with one.`,
  );
}

function listFiles(folder: string): readonly string[] {
  return namesIn(folder)
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

/** In code-point order: the same on every machine. */
function namesIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => !name.startsWith("."))
    .sort();
}

function nameOf(path: string): string {
  return basename(path).replace(/\.[a-z0-9]{1,5}$/i, "");
}

/** What people call a thing, as an id: `Social networks (2026)` is `social-networks-2026`. */
export function slugOf(name: string): string {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+|-+$/g, "");
  return slug.slice(0, 40).replace(/-+$/, "") || "imported";
}
