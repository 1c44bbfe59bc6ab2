import type { Explanation, RuleReading } from "@overt/shared/rules/explain.ts";
import type { Signal } from "@overt/shared/rules/signals.ts";
import { layTable } from "./output.ts";
import { sayVerdict } from "./say-verdict.ts";
import { printable } from "./source/show-problems.ts";

type View = {
  readonly signal: Signal;
  /** Show this rule alone. */
  readonly only: string | undefined;
  readonly all: boolean;
  readonly gated: boolean;
};

/** The steps in the order in which the engine takes them. */
export function describeExplanation(explanation: Explanation, view: View): string {
  const { pages, rules, matches } = explanation;
  const wanted = view.only === undefined ? rules : rules.filter(({ rule }) => rule.ruleId === view.only);
  const elsewhere = wanted.filter(isElsewhere);
  const shown = view.all || view.only !== undefined ? wanted : wanted.filter((one) => !isElsewhere(one));
  const parts = [...pages.map(describePage)];
  if (shown.length > 0) {
    const rows = [...shown].sort(nearestFirst).map((one) => [one.rule.ruleId, one.signal, printable(sayVerdict(one))]);
    parts.push(layTable(["rule", "signal", "what came of it"], rows));
  }
  if (elsewhere.length > 0 && shown.length < wanted.length) {
    parts.push(
      `${elsewhere.length} more ${elsewhere.length === 1 ? "rule speaks" : "rules speak"} of another signal (--all shows them).`,
    );
  }
  parts.push(sayResult(explanation, shown, matches.length), view.gated ? gateNote : noGateNote);
  return parts.join("\n\n");
}

function describePage(page: Explanation["pages"][number]): string {
  const rows: (readonly [string, string | undefined])[] = [
    ["host", `${page.host} (${page.hostKind})`],
    ["registrable domain", page.registrableDomain],
    ["path and query", page.pathAndQuery],
    ["search words", page.searchWords],
  ];
  const lines = rows.flatMap(([name, text]) => (text === undefined ? [] : [`  ${name.padEnd(20)}${printable(text)}`]));
  return [
    page.wrapper === undefined ? "The address as rules compare it" : `Behind a ${page.wrapper}, opened once`,
    ...lines,
  ].join("\n");
}

function sayResult({ rules, matches }: Explanation, shown: readonly RuleReading[], found: number): string {
  const acting = rules.filter(
    ({ verdict }) => verdict.kind === "alert" || verdict.kind === "shadow" || verdict.kind === "count",
  );
  if (acting.length > 0)
    return `Result: ${acting.map((one) => `${one.rule.ruleId} (${one.verdict.kind})`).join(", ")}.`;
  if (matches.length > 0 && found > 0) return "Result: nothing; the gate stops what matched.";
  const nearest = [...shown].sort(nearestFirst)[0];
  if (nearest === undefined) return "Result: nothing matched. No rule speaks of this signal.";
  return `Result: nothing matched. Nearest was ${nearest.rule.ruleId}: ${printable(sayVerdict(nearest))}.`;
}

const order = [
  "no-term",
  "other-fact",
  "other-page",
  "outside-schedule",
  "excepted-host",
  "too-few-terms",
  "not-near",
  "cleared",
] as const;

function nearness({ verdict }: RuleReading): number {
  if (verdict.kind === "missed") return order.indexOf(verdict.reason as (typeof order)[number]);
  return verdict.kind === "alert" ? 20 : 10;
}

function nearestFirst(a: RuleReading, b: RuleReading): number {
  return nearness(b) - nearness(a) || (a.rule.ruleId < b.rule.ruleId ? -1 : 1);
}

function isElsewhere({ verdict }: RuleReading): boolean {
  return verdict.kind === "missed" && verdict.reason === "other-signal";
}

const gateNote =
  "The gate was asked with this order, as if it were in force, acknowledged and confirmed, with the notice live and the covered account in use.";
const noGateNote = "The gate was not asked: give --order to see which clause allows each match.";
