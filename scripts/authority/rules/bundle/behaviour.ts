import { BehaviourRule, groupFields } from "@overt/shared/rules/language.ts";
import { ruleLimits } from "@overt/shared/rules/limits.ts";
import { compact, Fields, openFields, type Read, readInteger, readList, readText, readWord } from "../source/fields.ts";
import type { Problems } from "../source/problems.ts";
import type { MapValue } from "../source/value.ts";
import type { Defaults } from "./defaults.ts";
import { readDuration } from "./duration.ts";
import { readRuns } from "./examples.ts";
import { reportIssues } from "./issues.ts";
import { consequenceKeys, readConsequences, readIdentity } from "./rule.ts";

const keys = [
  "rule",
  "correlation",
  "revision",
  "reason",
  "known-failures",
  "schedule",
  "examples",
  ...consequenceKeys,
];
const correlationKeys = ["type", "rules", "group-by", "timespan", "condition"];
const kinds = ["event_count", "value_count", "temporal", "temporal_ordered"] as const;
/** Sigma's other comparisons speak of a window that is over. */
const operators = ["gte", "gt"] as const;

const readField = readWord("a field", groupFields, { domain: "registrable-domain", site: "registrable-domain" });

/** A rule over the matches of other rules: `correlation` in the terms of Sigma's correlations. */
export function readBehaviour(value: MapValue, defaults: Defaults, problems: Problems): BehaviourRule | undefined {
  const fields = new Fields(value, "a behaviour rule", keys, problems);
  const candidate = compact({
    ...readIdentity(fields),
    ...readConsequences(fields, defaults),
    action: "alert",
    ...fields.required("correlation", readCorrelation, "{ type: event_count, rules: [...], timespan: 1 h }"),
    examples: fields.required("examples", readRuns, "{ match: [[...]], no-match: [[...]] }"),
  });
  const parsed = BehaviourRule.safeParse(candidate);
  if (parsed.success) return parsed.data;
  reportIssues(parsed.error.issues, value, problems);
  return undefined;
}

const readCorrelation: Read<Record<string, unknown>> = (value, problems) => {
  const fields = openFields(value, "correlation", correlationKeys, problems);
  if (fields === undefined) return undefined;
  const kind = fields.required("type", readWord("a type", kinds), kinds.join(" | "));
  const counts = kind === "event_count" || kind === "value_count";
  if (kind !== undefined && counts !== fields.has("condition")) {
    problems.error(
      fields.placeOf(counts ? "type" : "condition"),
      counts ? `${kind} needs a condition` : `${kind} has no condition: every rule has to match`,
      counts ? "condition: { gte: 5 }" : undefined,
    );
  }
  const condition = fields.optional("condition", readCondition(kind));
  return compact({
    kind,
    rules: fields.required("rules", readList(readText), "[the id of a rule]"),
    groupBy: fields.optional("group-by", readList(readField)) ?? [],
    timespanSeconds: fields.required("timespan", readDuration, "1 h"),
    condition: counts ? condition : undefined,
  });
};

function readCondition(kind: string | undefined): Read<Record<string, unknown>> {
  return (value, problems) => {
    const fields = openFields(value, "condition", [...operators, "field"], problems);
    if (fields === undefined) return undefined;
    const said = operators.filter((op) => fields.has(op));
    const [op] = said;
    if (op === undefined || said.length > 1) {
      problems.error(value.place, "a condition compares once, by gte or gt", "{ gte: 5 }");
      return undefined;
    }
    const distinct = kind === "value_count";
    if (distinct !== fields.has("field") && kind !== undefined) {
      problems.error(
        value.place,
        distinct ? "value_count counts the different values of a field" : '"field" goes with value_count',
        distinct ? `{ ${op}: 3, field: host }` : `{ ${op}: 3 }`,
      );
    }
    return compact({
      op,
      count: fields.optional(op, readInteger("a count", 1, ruleLimits.behaviourCount)),
      field: fields.optional("field", readField),
    });
  };
}
