import { equalBytes } from "@overt/shared/bytes.ts";
import type { Change } from "../../rules/diff/change.ts";
import { compareBundles } from "../../rules/diff/compare.ts";
import { printable } from "../../rules/source/show-problems.ts";
import { describeRosterChange, rosterAt } from "./rosters.ts";
import { type Files, parseRuleSet } from "./rule-sets.ts";

const marks = { wider: "WIDER   ", narrower: "narrower", both: "WIDER?  ", neutral: "        " } as const;

/** What a publication would change, in plain words; a list of lines, or one that says that nothing does. */
export function describeChanges(before: Files, after: Files): string[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  const lines = paths.flatMap((path) => describeFile(path, before.get(path), after.get(path)));
  return lines.length === 0 ? ["No file changes; the list gets a later end."] : lines;
}

/** How many changes of rules widen, or may widen, what is seen or sent. */
export function countWider(before: Files, after: Files): number {
  return [...after.keys()]
    .filter((path) => path.startsWith("rules/"))
    .flatMap((path) => compareRules(path, before.get(path), after.get(path)))
    .filter(({ effect }) => effect === "wider" || effect === "both").length;
}

function describeFile(path: string, before: Uint8Array | undefined, after: Uint8Array | undefined): string[] {
  if (before !== undefined && after !== undefined && equalBytes(before, after)) return [];
  if (after === undefined) return [`${path} is taken away`];
  const head = `${path} ${before === undefined ? "is new" : "changes"}`;
  const roster = rosterAt(path);
  if (roster !== undefined) return [head, ...describeRosterChange(roster, before, after).map((line) => `  ${line}`)];
  if (path.startsWith("rules/")) return [head, ...describeRules(path, before, after)];
  return [`${head} (${after.length} bytes)`];
}

function describeRules(path: string, before: Uint8Array | undefined, after: Uint8Array): string[] {
  return compareRules(path, before, after).map(
    ({ about, effect, words }) => `  ${marks[effect]}  ${about}: ${printable(words)}`,
  );
}

/** A first version is compared with an empty one, so that everything in it is said to be new. */
function compareRules(path: string, before: Uint8Array | undefined, after: Uint8Array | undefined): readonly Change[] {
  if (after === undefined) return [];
  const now = parseRuleSet(path, after);
  const empty = { ...now, version: 0, rules: [], behaviours: [], lists: [], engines: [], wrappers: [] };
  const old = before === undefined ? empty : parseRuleSet(path, before);
  return compareBundles({ ruleSet: old, lists: undefined }, { ruleSet: now, lists: undefined });
}
