import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileBundle, openBundle } from "@overt/scripts/authority/rules/compile.ts";
import { type FormatName, formats } from "@overt/scripts/authority/rules/import/formats/formats.ts";
import { type ImportInput, type ImportResult, runImport } from "@overt/scripts/authority/rules/import/run-import.ts";
import { compileBinaryList } from "@overt/scripts/authority/rules/list-keys.ts";
import { showProblems } from "@overt/scripts/authority/rules/source/show-problems.ts";
import { brandVerified } from "@overt/shared/brand.ts";
import { compileRules } from "@overt/shared/rules/compile.ts";
import { parseDestination } from "@overt/shared/rules/destination.ts";
import { buildHostCover } from "@overt/shared/rules/hosts.ts";
import { RuleSet } from "@overt/shared/rules/language.ts";
import { openHostList } from "@overt/shared/rules/lists/host-list.ts";
import { listFileOf } from "@overt/shared/rules/lists/list-file.ts";
import type { RuleEngine } from "@overt/shared/rules/match.ts";
import { onTestFinished } from "vitest";

export const samples = join(import.meta.dirname, "samples");

export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "overt-import-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** An import as the command makes it, on a fixed day. */
export function importFiles(
  format: FormatName,
  files: readonly string[],
  out: string,
  more: Partial<ImportInput> = {},
): ImportResult {
  return runImport({
    format: formats[format],
    files,
    out,
    id: "sample",
    about: {
      category: "test-category",
      mode: "live",
      reason: "a sample",
      knownFailures: "none known",
      origin: "Imported by a test",
    },
    signals: ["search"],
    now: 1_767_225_600,
    replace: false,
    ...more,
  });
}

/** The same of bytes that are written to a file first. */
export function importBytes(
  format: FormatName,
  bytes: Uint8Array | string,
  folder: string,
  name = "source.txt",
): ImportResult {
  const file = join(folder, name);
  writeFileSync(file, bytes);
  return importFiles(format, [file], join(folder, "out"));
}

export type Listed = { readonly line: number; readonly words: string };

/** What the list of an import says, line by line; empty where nothing was written. */
export function readListing(folder: string): Listed[] {
  const file = join(folder, "out", "imports", "sample.txt");
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((one) => one !== "")
    .map((one) => {
      const [place = "", words = ""] = one.split("\t");
      return { line: Number(place.slice(place.lastIndexOf(":") + 1)), words };
    });
}

/** The engine over what was imported, compiled as it is published: canonical JSON and binary lists. */
export function openImported(out: string): RuleEngine {
  const { bundle, problems } = openBundle(out);
  if (bundle === undefined) throw new Error(showProblems(problems.list()));
  const { ruleSet, targets } = compileBundle(bundle, compileBinaryList(new Map()));
  const openList = ({ target }: { readonly target: string }) =>
    openHostList(listFileOf(targets.get(target) as Uint8Array));
  const lists = { openList, openPublished: () => buildHostCover([]) };
  return compileRules(brandVerified(RuleSet.parse(JSON.parse(JSON.stringify(ruleSet)))), lists);
}

export function isFound(engine: RuleEngine, url: string): boolean {
  const destination = parseDestination(url);
  const observation = { signal: "navigation", destination, cause: "user-navigation", channel: "extension" } as const;
  return engine.match(observation, { day: 1, minute: 600 }).length > 0;
}
