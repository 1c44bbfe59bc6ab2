import type { BehaviourRule } from "@overt/shared/rules/language.ts";
import { getDomain } from "tldts";

/** Behaviour rules (SPEC.md 10.5), slowly and obviously: everything that was ever fed is kept, and forgotten by rule. */

export type Step = {
  readonly rule: string;
  readonly at: number;
  readonly now: number;
  readonly host?: string | undefined;
  readonly term?: string | undefined;
  readonly device?: string | undefined;
};
type Kept = { readonly rule: string; readonly at: number; readonly group: string; readonly value: string };

export type Bounds = { readonly groups: number; readonly perGroup: number; readonly inAll: number };

/** For each step, how many matches satisfied the rule and the seconds they span; undefined where it was not satisfied. */
export function runBehaviour(rule: BehaviourRule, steps: readonly Step[], bounds: Bounds) {
  let kept: Kept[] = [];
  return steps.map((step) => {
    kept = kept.filter(({ at }) => Math.abs(step.now - at) <= rule.timespanSeconds);
    const group = fieldsOf(step, rule.groupBy);
    const value = fieldsOf(step, rule.condition?.field === undefined ? [] : [rule.condition.field]);
    const at = Math.min(step.at, step.now);
    if (!rule.rules.includes(step.rule) || group === undefined || value === undefined) return undefined;
    if (step.now - at > rule.timespanSeconds) return undefined;
    const own: Kept = { rule: step.rule, at, group, value };
    kept = forget([...kept, own], bounds);
    return kept.includes(own) ? satisfy(rule, inOrder(kept, group), own) : undefined;
  });
}

/** Of one second, in the order in which they came. */
const inOrder = (kept: readonly Kept[], group: string) =>
  kept.filter((one) => one.group === group).sort((a, b) => a.at - b.at);

/** `kept` stands in the order in which it came. */
function forget(kept: readonly Kept[], bounds: Bounds): Kept[] {
  let left = [...kept];
  const { group } = left.at(-1) as Kept;
  const mine = inOrder(left, group);
  if (mine.length > bounds.perGroup) left = left.filter((one) => one !== mine[0]);
  const groups = () => new Set(left.map((one) => one.group));
  while (groups().size > bounds.groups || left.length > bounds.inAll) {
    const [longestAgo] = [...groups()].sort((x, y) => lastFed(kept, x) - lastFed(kept, y));
    left = left.filter((one) => one.group !== longestAgo);
  }
  return left;
}

const lastFed = (kept: readonly Kept[], group: string) => kept.findLastIndex((one) => one.group === group);

/** Some of the matches, the own one among them, lie within the timespan and do what the rule asks. */
function satisfy(rule: BehaviourRule, matches: readonly Kept[], own: Kept) {
  const spans = matches
    .map((first) => matches.slice(matches.indexOf(first)).filter(({ at }) => at - first.at <= rule.timespanSeconds))
    .filter((span) => span.includes(own));
  const found = spans.find((span) => holds(rule, span, own));
  return found && { count: found.length, windowSeconds: (found.at(-1)?.at ?? 0) - (found[0]?.at ?? 0) };
}

function holds({ kind, rules, condition }: BehaviourRule, span: readonly Kept[], own: Kept): boolean {
  const least = condition === undefined ? 0 : condition.op === "gt" ? condition.count + 1 : condition.count;
  if (kind === "event_count") return span.length >= least;
  if (kind === "value_count") return new Set(span.map(({ value }) => value)).size >= least;
  if (kind === "temporal") return rules.every((rule) => span.some((one) => one.rule === rule));
  return rowsOf(rules, span).some((row) => row.includes(own));
}

/** Every way to take one match of each rule, in the order of the rules. */
function rowsOf(rules: readonly string[], span: readonly Kept[]): Kept[][] {
  const [rule, ...others] = rules;
  if (rule === undefined) return [[]];
  return span.flatMap((one, i) =>
    one.rule === rule ? rowsOf(others, span.slice(i + 1)).map((row) => [one, ...row]) : [],
  );
}

function fieldsOf(step: Step, names: readonly string[]): string | undefined {
  const domain = step.host && (getDomain(step.host, { allowPrivateDomains: true }) ?? step.host);
  const { rule, host, term, device } = step;
  const all: Record<string, string | undefined> = { rule, host, term, device, "registrable-domain": domain };
  const values = names.map((name) => all[name]);
  return values.includes(undefined) ? undefined : JSON.stringify(values);
}
