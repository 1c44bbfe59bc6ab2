import { AlertRule, AllowRule, type Rule } from "@overt/shared/rules/language.ts";
import { severities } from "@overt/shared/rules/signals.ts";
import { compact, Fields, type Read, readInteger, readList, readText, readWord } from "../source/fields.ts";
import type { Problems } from "../source/problems.ts";
import type { MapValue } from "../source/value.ts";
import { type Defaults, standardDefaults } from "./defaults.ts";
import { readBudget, readDuration } from "./duration.ts";
import { readExamples } from "./examples.ts";
import { readApp, readDevices, readIndicator } from "./facts.ts";
import { readHostMatcher, readPath } from "./hosts.ts";
import { reportIssues } from "./issues.ts";
import { readSchedule } from "./schedule.ts";
import { readTermMatcher } from "./terms.ts";

export const ruleSignals = [
  "navigation",
  "search",
  "title",
  "page-text",
  "messages",
  "app",
  "device",
  "system",
] as const;
type RuleSignal = (typeof ruleSignals)[number];

const identityKeys = ["rule", "revision", "reason", "known-failures", "schedule", "examples"];
export const consequenceKeys = ["category", "severity", "evidence", "cooldown", "budget", "mode"];
const matcherKeys: Readonly<Record<RuleSignal, readonly string[]>> = {
  navigation: ["hosts", "paths"],
  search: ["terms"],
  title: ["terms", "hosts"],
  "page-text": ["terms", "hosts"],
  messages: ["terms", "hosts"],
  app: ["apps"],
  device: ["devices"],
  system: ["indicators"],
};

/** One rule of a rules file; undefined, with its problems said, where it cannot be compiled. */
export function readRule(value: MapValue, defaults: Defaults, problems: Problems): Rule | undefined {
  const signalValue = value.entries.find(({ key }) => key === "signal")?.value;
  const signal = (signalValue && readWord("a signal", ruleSignals, meantSignals)(signalValue, problems)) ?? undefined;
  const actionValue = value.entries.find(({ key }) => key === "action")?.value;
  const action = (actionValue && readWord("an action", ["alert", "count", "allow"])(actionValue, problems)) ?? "alert";
  if (signal === undefined) {
    const any = [
      ...identityKeys,
      ...consequenceKeys,
      "signal",
      "action",
      ...new Set(Object.values(matcherKeys).flat()),
    ];
    const fields = new Fields(value, "a rule", any, problems);
    if (signalValue === undefined) fields.required("signal", readText, ruleSignals.join(" | "));
    return undefined;
  }
  const allows = action === "allow";
  const keys = [
    "rule",
    "signal",
    "action",
    ...identityKeys.slice(1),
    ...(allows ? ["category"] : consequenceKeys),
    ...matcherKeys[signal],
  ];
  const what = allows ? "an allow rule" : `a ${signal} rule`;
  const fields = new Fields(value, what, keys, problems);
  if (allows && signal !== "navigation") {
    problems.error(fields.placeOf("signal"), "an allow rule speaks of pages", "signal: navigation");
  }
  const candidate = compact({
    ...readIdentity(fields),
    action,
    signal,
    ...(allows ? { category: fields.optional("category", readText) } : readConsequences(fields, defaults)),
    ...readMatchers(fields, signal, problems),
    examples: fields.required("examples", readExamples(signal), "{ match: [...], no-match: [...] }"),
  });
  const parsed = (allows ? AllowRule : AlertRule).safeParse(candidate);
  if (parsed.success) return parsed.data;
  reportIssues(parsed.error.issues, value, problems);
  return undefined;
}

const meantSignals: Readonly<Record<string, RuleSignal>> = {
  visit: "navigation",
  url: "navigation",
  host: "navigation",
  page: "page-text",
  text: "page-text",
  window: "title",
  process: "app",
};

export function readIdentity(fields: Fields) {
  return {
    ruleId: fields.required("rule", readText, "an-id-of-your-own"),
    revision: fields.optional("revision", readInteger("revision", 1, 1_000_000)) ?? 1,
    reason: fields.required("reason", readText, "why the rule exists, for reviewers and for the person"),
    knownFailures: fields.required("known-failures", readText, "where the rule is known to be wrong"),
    schedule: fields.optional("schedule", readSchedule),
  };
}

const evidenceWords = ["none", "masked", "full"] as const;
export const readEvidence: Read<number> = (value, problems) => {
  const word = readWord("evidence", evidenceWords, { "0": "none", "1": "masked", "2": "full" })(value, problems);
  return word === undefined ? undefined : evidenceWords.indexOf(word);
};
export const sayEvidence = (level: number): string => evidenceWords[level] ?? String(level);

export function readDefaults(fields: Fields): Partial<Defaults> {
  return compact({
    severity: fields.optional("severity", readWord("a severity", severities, meantSeverities)),
    evidence: fields.optional("evidence", readEvidence),
    cooldownSeconds: fields.optional("cooldown", readDuration),
    budgetPerDay: fields.optional("budget", readBudget),
    mode: fields.optional("mode", readWord("a mode", ["live", "shadow"], meantModes)),
  });
}

const meantModes = { test: "shadow", dryrun: "shadow", "dry-run": "shadow", off: "shadow", on: "live" } as const;
const meantSeverities = {
  critical: "urgent",
  severe: "high",
  medium: "normal",
  moderate: "normal",
  info: "low",
} as const;

/** What a rule does not say, the bundle's defaults say; what they do not say, the standard ones. */
export function readConsequences(fields: Fields, defaults: Defaults) {
  return {
    category: fields.required("category", readText, "a category of the order, such as adult-content"),
    ...standardDefaults,
    ...defaults,
    ...readDefaults(fields),
  };
}

function readMatchers(fields: Fields, signal: RuleSignal, problems: Problems) {
  switch (signal) {
    case "navigation":
      if (fields.isMissing("hosts") && fields.isMissing("paths")) {
        problems.error(fields.place, "a navigation rule needs hosts or paths", "hosts: [site.example]");
      }
      return {
        hosts: fields.optional("hosts", readHostMatcher),
        paths: fields.optional("paths", readList(readPath)),
      };
    case "app":
      return { apps: fields.required("apps", readList(readApp), "[program.exe]") };
    case "device":
      return { devices: fields.required("devices", readDevices, "[storage]") };
    case "system":
      return { indicators: fields.required("indicators", readList(readIndicator), "[tor, vpn]") };
    default:
      return {
        terms: fields.required("terms", readTermMatcher, "[a phrase, another phrase]"),
        hosts: fields.has("hosts") ? fields.optional("hosts", readHostMatcher) : undefined,
      };
  }
}
