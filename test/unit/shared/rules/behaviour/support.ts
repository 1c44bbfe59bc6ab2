import { BehaviourRule } from "@overt/shared/rules/language.ts";

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
  examples: { match: [[{ rule: "a", after: 0 }]], noMatch: [[{ rule: "a", after: 0 }]] },
};

/** A behaviour rule of the tests: at least three matches of `a` within 100 seconds, where nothing else is said. */
export function behaviour(fields: Record<string, unknown> = {}): BehaviourRule {
  return BehaviourRule.parse(behaviourFields("b", fields));
}

export function behaviourFields(ruleId: string, fields: Record<string, unknown>): Record<string, unknown> {
  const condition = { op: "gte", count: 3 };
  const counting = { kind: "event_count", rules: ["a"], groupBy: [], timespanSeconds: 100 };
  const withCondition = !String(fields["kind"] ?? "").startsWith("temporal");
  return { ...common, ...counting, ...(withCondition && { condition }), ...fields, ruleId };
}
