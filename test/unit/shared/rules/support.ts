import type { Verified } from "@overt/shared/brand.ts";
import { compileRules, openRules } from "@overt/shared/rules/compile.ts";
import { parseDestination } from "@overt/shared/rules/destination.ts";
import type { AllowRule, RuleSet } from "@overt/shared/rules/language.ts";
import { RuleSet as RuleSetSchema } from "@overt/shared/rules/language.ts";
import { buildPlainLists, type ListSource } from "@overt/shared/rules/lists.ts";
import type { RuleEngine } from "@overt/shared/rules/match.ts";
import type { LocalTime, Observation } from "@overt/shared/rules/observation.ts";
import { unicodeVersion } from "@overt/shared/rules/unicode.ts";

export const noon: LocalTime = { day: 3, minute: 720 };

const common = {
  revision: 1,
  category: "test-category",
  severity: "normal",
  evidence: 1,
  cooldownSeconds: 0,
  budgetPerDay: 10,
  mode: "live",
  action: "alert",
  reason: "A rule of the tests.",
  knownFailures: "None known.",
  examples: { match: [{ url: "https://a.test/" }], noMatch: [{ url: "https://b.test/" }] },
};

/** A rule of the tests; typed by the schema when the set is parsed. */
export function rule(ruleId: string, fields: Record<string, unknown>): Record<string, unknown> {
  return { ...common, ruleId, ...fields };
}

export function hostsRule(ruleId: string, names: readonly string[], fields: Record<string, unknown> = {}) {
  return rule(ruleId, { signal: "navigation", hosts: { names, lists: [] }, ...fields });
}

export function termsRule(ruleId: string, terms: Record<string, unknown>, fields: Record<string, unknown> = {}) {
  return rule(ruleId, { signal: "title", terms, ...fields });
}

export function allowRule(ruleId: string, fields: Partial<AllowRule>) {
  const { reason, knownFailures, examples, revision } = common;
  return { revision, reason, knownFailures, examples, ruleId, action: "allow", signal: "navigation", ...fields };
}

export const terms = (...texts: readonly string[]) => texts.map((text) => ({ text }));

export function ruleSet(rules: readonly unknown[], fields: Record<string, unknown> = {}): Verified<RuleSet> {
  return RuleSetSchema.parse({
    v: 1,
    bundle: "tests",
    version: 1,
    issuedAt: 1_700_000_000,
    expires: 1_700_000_000 + 86_400,
    unicode: unicodeVersion,
    rules,
    behaviours: [],
    lists: [],
    engines: [],
    wrappers: [],
    ...fields,
  }) as Verified<RuleSet>;
}

export function engineOf(rules: readonly unknown[], fields: Record<string, unknown> = {}): RuleEngine {
  return compileRules(ruleSet(rules, fields), buildPlainLists());
}

/** The engine as a later start has it: opened with a copy of what was worked out, and nothing else of the first. */
export function reopen(engine: RuleEngine, lists: ListSource): RuleEngine {
  return openRules(engine.ruleSet as Verified<RuleSet>, lists, structuredClone(engine.parts.form));
}

export function visit(url: string): Observation {
  return { signal: "navigation", destination: parseDestination(url), cause: "user-navigation", channel: "extension" };
}

export function title(text: string, url?: string): Observation {
  const seen = { signal: "title", text, cause: "user-navigation", channel: "extension" } as const;
  return url === undefined ? seen : { ...seen, destination: parseDestination(url) };
}

export function idsOf(engine: RuleEngine, observation: Observation, local = noon): string[] {
  return engine.match(observation, local).map((match) => match.rule.ruleId);
}
