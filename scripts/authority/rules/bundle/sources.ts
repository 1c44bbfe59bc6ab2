import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { ConfigError } from "@overt/shared/errors.ts";
import type { Problems, Source } from "../source/problems.ts";

/** The files of one bundle, read but not understood. */
export type BundleSources = {
  readonly header: Source;
  readonly rules: readonly Source[];
  readonly engines: Source | undefined;
  readonly wrappers: Source | undefined;
  /** By the name of the list. */
  readonly lists: ReadonlyMap<string, Source>;
};

const layout = "bundle.yaml, rules/*.yaml, lists/*.txt and, where wanted, engines.yaml and wrappers.yaml";

/** A folder, or one .yaml file that holds everything. Throws MISSING_FILE where there is no bundle. */
export function readSources(path: string, problems: Problems): BundleSources {
  if (!existsSync(path))
    throw new ConfigError("MISSING_FILE", `There is nothing at ${path}. A bundle is a folder with ${layout}.`);
  if (!statSync(path).isDirectory()) {
    return { header: readSource(path, problems), rules: [], engines: undefined, wrappers: undefined, lists: new Map() };
  }
  const header = join(path, "bundle.yaml");
  if (!existsSync(header))
    throw new ConfigError("MISSING_FILE", `${path} has no bundle.yaml. A bundle is a folder with ${layout}.`);
  const optional = (name: string) =>
    existsSync(join(path, name)) ? readSource(join(path, name), problems) : undefined;
  return {
    header: readSource(header, problems),
    rules: listFiles(join(path, "rules"), /\.ya?ml$/).map((file) => readSource(file, problems)),
    engines: optional("engines.yaml"),
    wrappers: optional("wrappers.yaml"),
    lists: new Map(
      listFiles(join(path, "lists"), /\.txt$/).map((file) => [basename(file, ".txt"), readSource(file, problems)]),
    ),
  };
}

/** Names in code-point order: the same on every machine and file system. */
function listFiles(folder: string, name: RegExp): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((file) => name.test(file) && !file.startsWith("."));
  return names.sort().map((file) => join(folder, file));
}

export function readSource(path: string, problems: Problems): Source {
  return decodeSource(path, readFileSync(path), problems);
}

/** UTF-8 without its mark; a byte that is no UTF-8 is said with its line, and the text is then empty. */
export function decodeSource(path: string, bytes: Uint8Array, problems: Problems): Source {
  try {
    return { path, text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    const text = new TextDecoder("utf-8").decode(bytes);
    const at = Math.max(0, text.indexOf("\ufffd"));
    problems.error({ source: { path, text }, start: at, end: at + 1 }, "this is not UTF-8", "the file saved as UTF-8");
    return { path, text: "" };
  }
}
