import type { z } from "zod";
import { headOf } from "../source/fields.ts";
import type { Place, Problems } from "../source/problems.ts";
import type { Value } from "../source/value.ts";

/** Names in the compiled form that are other names in YAML. */
const writtenAs: Readonly<Record<string, string>> = {
  ruleId: "rule",
  knownFailures: "known-failures",
  cooldownSeconds: "cooldown",
  budgetPerDay: "budget",
  minDistinct: "at-least",
  unlessWords: "unless-within",
  words: "within",
  noMatch: "no-match",
  groupBy: "group-by",
  timespanSeconds: "timespan",
  kind: "type",
  bundleId: "bundle-id",
  registered: "declared",
  deviceClass: "class",
};
/** Groups that YAML has and the compiled form has not, or which may be left out in YAML. */
const throughGroups = ["correlation"];

/**
 * The limits of the closed schema, said at the place where they are passed. The readers have said everything else before;
 * what they have left out is not said again.
 */
export function reportIssues(issues: readonly z.core.$ZodIssue[], value: Value, problems: Problems): void {
  // A part that could not be read is missing from the candidate, and that need not be said as well.
  const follows = problems.hasErrorIn(value.place);
  for (const issue of issues) {
    if (follows && issue.code !== "too_big" && issue.code !== "invalid_format") continue;
    const said = sayIssue(issue);
    if (said !== undefined) problems.error(headOf(findPlace(value, issue.path)), said.message, said.write);
  }
}

/** The deepest place in the YAML that the path of the compiled form leads to. */
export function findPlace(value: Value, path: readonly PropertyKey[]): Place {
  let at = value;
  for (const step of path) {
    if (typeof step === "number") {
      const item = at.kind === "list" ? at.items[step] : at;
      if (item === undefined) break;
      at = item;
      continue;
    }
    const found = findChild(at, writtenAs[String(step)] ?? String(step)) ?? findChild(at, String(step));
    if (found !== undefined) at = found;
  }
  return at.place;
}

function findChild(value: Value, key: string): Value | undefined {
  if (value.kind !== "map") return undefined;
  const own = value.entries.find((entry) => entry.key === key)?.value;
  if (own !== undefined) return own;
  for (const group of throughGroups) {
    const inner = value.entries.find((entry) => entry.key === group)?.value;
    const found = inner && findChild(inner, key);
    if (found !== undefined) return found;
  }
  return undefined;
}

function sayIssue(issue: z.core.$ZodIssue): { message: string; write?: string } | undefined {
  const field = String(issue.path.findLast((step) => typeof step === "string") ?? "");
  switch (issue.code) {
    case "too_big":
      return { message: `too much: at most ${issue.maximum}${unitOf(issue.origin)}${forField(field)}` };
    case "too_small":
      return { message: `too little: at least ${issue.minimum}${unitOf(issue.origin)}${forField(field)}` };
    case "invalid_format": {
      const [message, write] = formats[field] ?? ["this is not written as it has to be", undefined];
      return write === undefined ? { message } : { message, write };
    }
    case "custom":
      return { message: issue.message };
    // The reader has said that it is missing or of another kind.
    default:
      return undefined;
  }
}

const formats: Readonly<Record<string, readonly [string, string | undefined]>> = {
  ruleId: ["a rule's id is lower-case letters, digits and hyphens, beginning with a letter", "adult-sites"],
  rule: ["a rule's id is lower-case letters, digits and hyphens, beginning with a letter", "adult-sites"],
  rules: ["a rule's id is lower-case letters, digits and hyphens, beginning with a letter", "adult-sites"],
  category: ["a category is lower-case letters, digits and hyphens, beginning with a letter", "adult-content"],
  executable: ["an executable is the file's name without its folder", "program.exe"],
  bundleId: ["a bundle id is letters, digits, dots and hyphens", "org.example.program"],
  sha256: ["a hash is 64 lower-case hexadecimal digits", undefined],
  paths: ["a path is host/pattern or */pattern, with * for any characters", "site.example/chat/*"],
  hosts: ["a host is lower-case letters, digits, hyphens and dots", "site.example"],
  parameters: ["a parameter is letters, digits, dots, hyphens and underscores", "q"],
};

function unitOf(origin: string): string {
  if (origin === "string") return " characters";
  return origin === "array" || origin === "set" ? " entries" : "";
}

function forField(field: string): string {
  return field === "" ? "" : ` (${writtenAs[field] ?? field})`;
}
