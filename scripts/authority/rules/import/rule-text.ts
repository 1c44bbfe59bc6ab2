import type { Term } from "@overt/shared/rules/matchers.ts";
import type { Part } from "./parts.ts";

/** What all rules of an import say of themselves. */
export type About = {
  readonly category: string;
  readonly mode: "live" | "shadow";
  readonly reason: string;
  readonly knownFailures: string;
  /** Where it came from, for the comment at the head of the file. */
  readonly origin: string;
};
export type Examples = { readonly match: string; readonly noMatch: string };

/** A rules file with one rule, as an author would write it. */
export function writeRule(part: Part, about: About, examples: Examples): string {
  const allows = part.signal === "navigation" && part.action === "allow";
  const lines = [
    `# ${about.origin}. Import again instead of changing it here.`,
    `- rule: ${part.id}`,
    ...(allows ? ["  action: allow"] : []),
    `  signal: ${part.signal}`,
    `  category: ${about.category}`,
    ...(allows ? [] : [`  mode: ${about.mode}${about.mode === "shadow" ? modeRemark : ""}`]),
    `  reason: ${quote(about.reason)}`,
    `  known-failures: ${quote(about.knownFailures)}`,
    ...(part.signal === "navigation" ? writePages(part) : writeTerms(part)),
    "  examples:",
    `    match: [${quote(examples.match)}]`,
    `    no-match: [${quote(examples.noMatch)}]`,
  ];
  return `${lines.join("\n")}\n`;
}

const modeRemark = " # counted, never alerted; write live when its alerts have been looked at";

function writePages({ list, paths }: Extract<Part, { signal: "navigation" }>): readonly string[] {
  return [
    ...(list === undefined ? [] : ["  hosts:", `    lists: [${list}]`]),
    ...(paths.length === 0 ? [] : ["  paths:", ...paths.map((path) => `    - ${quote(path)}`)]),
  ];
}

function writeTerms({ any, unless }: Extract<Part, { any: readonly Term[] }>): readonly string[] {
  const list = (name: string, terms: readonly Term[]) =>
    terms.length === 0 ? [] : [`    ${name}:`, ...terms.map((term) => `      - ${writeTerm(term)}`)];
  return ["  terms:", ...list("any", any), ...list("unless", unless)];
}

function writeTerm({ text, ...how }: Term): string {
  const options = Object.entries(how).map(([name, value]) => `, ${name}: ${value}`);
  return options.length === 0 ? quote(text) : `{ text: ${quote(text)}${options.join("")} }`;
}

/** JSON strings are YAML strings, but for control characters that YAML does not allow raw. */
function quote(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
