import type { Explanation, RuleReading } from "@overt/shared/rules/explain.ts";
import type { ListedLookAlike } from "@overt/shared/rules/look-alikes/listed.ts";
import { spellHost } from "@overt/shared/rules/look-alikes/look-alikes.ts";
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
  /** Words without an address were given: there is no page that rules on visits could speak of. */
  readonly wordsOnly: boolean;
  /** Behaviour rules that a rule with such a verdict feeds. */
  readonly feeds: (ruleId: string, verdict: RuleReading["verdict"]["kind"]) => readonly string[];
};

/** The steps in the order in which the engine takes them. */
export function describeExplanation(explanation: Explanation, view: View): string {
  const { pages, rules, matches } = explanation;
  const wanted = view.only === undefined ? rules : rules.filter(({ rule }) => rule.ruleId === view.only);
  const isBeside = (one: RuleReading) => isElsewhere(one) || (view.wordsOnly && one.signal === "navigation");
  const elsewhere = wanted.filter(isBeside);
  const shown = view.all || view.only !== undefined ? wanted : wanted.filter((one) => !isBeside(one));
  const parts = view.wordsOnly
    ? [`Search words        ${printable(pages[0]?.searchWords ?? "")}`]
    : pages.map(describePage);
  if (shown.length > 0) {
    const rows = [...shown].sort(nearestFirst).map((one) => [one.rule.ruleId, one.signal, printable(sayVerdict(one))]);
    parts.push(layTable(["rule", "signal", "what came of it"], rows));
  }
  const found = shown.filter(({ standing }) => standing.length > 0);
  if (found.length > 0) parts.push(["Terms that stand in the text", ...found.map(describeStanding)].join("\n"));
  const feeds = shown.flatMap(({ rule, verdict }) => view.feeds(rule.ruleId, verdict.kind));
  if (feeds.length > 0) parts.push(`Feeds the behaviour rules ${[...new Set(feeds)].join(", ")}.`);
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
    ...page.looksLike.map((one): [string, string] => ["looks like", sayLookAlike(one)]),
  ];
  const lines = rows.flatMap(([name, text]) => (text === undefined ? [] : [`  ${name.padEnd(20)}${printable(text)}`]));
  return [
    page.wrapper === undefined
      ? "The address as rules compare it"
      : `The page ${wrapperWords[page.wrapper]}, opened to one level`,
    ...lines,
  ].join("\n");
}

/** `xn--…` says nothing to a reader: the letters are shown beside it. */
function sayLookAlike({ end, name, rules, isProtected }: ListedLookAlike): string {
  const spelled = spellHost(end);
  const letters = spelled === end ? end : `${end} (${spelled})`;
  const whose = [
    ...(isProtected ? ["is protected"] : []),
    ...(rules.length === 0 ? [] : [`${rules.join(", ")} ${rules.length === 1 ? "lists" : "list"}`]),
  ];
  return `${name}, which ${whose.join(" and ")}; ${letters} is another host, and nothing of that applies to it`;
}

const wrapperWords = {
  redirect: "that a redirect leads to",
  translate: "within a translator",
  cache: "within a cache",
  archive: "within an archive",
  amp: "within an AMP cache",
} as const;

const roleWords = { any: "any", first: "near, first", second: "near, second", unless: "unless" } as const;

function describeStanding({ rule, standing }: RuleReading): string {
  const roles = (Object.keys(roleWords) as (keyof typeof roleWords)[]).flatMap((role) => {
    const terms = standing.filter((one) => one.role === role).map(({ text, start }) => `"${text}" at ${start + 1}`);
    return terms.length === 0 ? [] : [`${roleWords[role]}: ${[...new Set(terms)].slice(0, 8).join(", ")}`];
  });
  return `  ${rule.ruleId.padEnd(18)}${printable(roles.join("; "))}`;
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
  "look-alike",
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
