import type { BehaviourRule } from "../language.ts";
import type { Remembered } from "./memory.ts";

/** The matches that satisfied a behaviour rule: how many there are, and the seconds from the first to the last. */
export type Satisfied = { readonly count: number; readonly windowSeconds: number };

type Correlation = Pick<BehaviourRule, "kind" | "rules" | "timespanSeconds" | "condition">;

/**
 * Whether some of a group's matches, the one at `own` among them, lie within the timespan and satisfy the rule. `matches`
 * are in the order of time, and none lies more than the timespan before the own one: it would be forgotten. Of several spans the
 * one that begins first is told.
 */
export function findSatisfied(rule: Correlation, matches: readonly Remembered[], own: number): Satisfied | undefined {
  const { timespanSeconds } = rule;
  for (let from = 0; from <= own; from++) {
    const start = (matches[from] as Remembered).at;
    const beyond = matches.findIndex(({ at }) => at - start > timespanSeconds);
    const span = matches.slice(from, beyond < 0 ? matches.length : beyond);
    if (holds(rule, span, own - from)) {
      return { count: span.length, windowSeconds: (span.at(-1) as Remembered).at - start };
    }
    // Every later span is part of this one, and less never satisfies more.
    if (beyond < 0) return undefined;
  }
  return undefined;
}

function holds({ kind, rules, condition }: Correlation, span: readonly Remembered[], own: number): boolean {
  switch (kind) {
    case "event_count":
      return exceeds(span.length, condition);
    case "value_count":
      return exceeds(new Set(span.map(({ value }) => value)).size, condition);
    case "temporal":
      return new Set(span.map(({ rule }) => rule)).size === rules.length;
    case "temporal_ordered":
      return standsInOrder(rules.length, span, own);
  }
}

function exceeds(count: number, condition: Correlation["condition"]): boolean {
  if (condition === undefined) return false;
  return condition.op === "gte" ? count >= condition.count : count > condition.count;
}

/** The rules before the own one's stand before it in their order, those after it behind it. */
function standsInOrder(rules: number, span: readonly Remembered[], own: number): boolean {
  const { rule } = span[own] as Remembered;
  let before = rule - 1;
  for (let i = own - 1; i >= 0 && before >= 0; i--) if (span[i]?.rule === before) before--;
  let next = rule + 1;
  for (let i = own + 1; i < span.length && next < rules; i++) if (span[i]?.rule === next) next++;
  return before < 0 && next === rules;
}
