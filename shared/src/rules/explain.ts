import type { GateInput, GateReason, GateVerdict } from "./gate.ts";
import { isWithinHours } from "./hours.ts";
import type { AlertRule, AllowRule, Wrapper } from "./language.ts";
import { findListedLookAlikes, type ListedLookAlike } from "./look-alikes/listed.ts";
import type { Found, Match, Page, RuleEngine, Stage } from "./match.ts";
import type { LocalTime, Observation } from "./observation.ts";
import { beats } from "./precedence.ts";
import type { EvidenceLevel, Signal } from "./signals.ts";
import { type StandingTerm, termMisses } from "./terms.ts";

/** What one observation is explained with. */
export type ExplainInput = {
  readonly engine: RuleEngine;
  readonly observation: Observation;
  readonly local: LocalTime;
  /** The gate for one rule on one host, with order, acknowledgement, permit and protected hosts as they are; absent: not asked. */
  readonly gate?: (rule: GateInput["rule"], host: string | undefined) => GateVerdict;
  /** What look-alikes are pointed out of, beside the hosts that rules name: lists by their id, and protected hosts. */
  readonly lists?: ReadonlyMap<string, Iterable<string>>;
  readonly protectedHosts?: readonly string[];
};

/** An address as the rules compare it: the page's own, then the one that a wrapper leads to. */
export type PageReading = {
  readonly wrapper: Wrapper["kind"] | undefined;
  readonly host: string;
  readonly hostKind: "domain" | "ipv4" | "ipv6";
  readonly registrableDomain: string | undefined;
  readonly pathAndQuery: string;
  /** Words typed into a known search engine. */
  readonly searchWords: string | undefined;
  /** Hosts of the rules, and protected ones, that this host may be taken for and is not: nothing of them applies to it. */
  readonly looksLike: readonly ListedLookAlike[];
};

/** Why the observation does not satisfy a rule, in the order in which it is asked. */
export const missReasons = [
  /** The rule speaks of another signal than the observation carries. */
  "other-signal",
  /** No host, list or path pattern of the rule covers the address. */
  "other-page",
  /** The address only looks like one that the rule covers. */
  "look-alike",
  /** One of the rule's `unless` hosts covers the address. */
  "excepted-host",
  ...termMisses,
  /** No application, device or indicator of the rule is the one seen. */
  "other-fact",
  "outside-schedule",
] as const;
export type MissReason = (typeof missReasons)[number];

export type Verdict =
  | { readonly kind: "missed"; readonly reason: MissReason }
  /** Satisfied, and gives way to the rule `by`: an allow rule, or an alert with a more specific host. */
  | { readonly kind: "beaten"; readonly reason: "allowed" | "less-specific"; readonly by: string }
  /** An allow rule that the page satisfies. */
  | { readonly kind: "allows" }
  /** Satisfied, and the gate does not let it act. */
  | { readonly kind: "gated"; readonly reason: GateReason }
  /** Acts: `alert` makes an event, `count` feeds behaviours only, `shadow` is counted only. Clause and evidence where the gate was asked. */
  | {
      readonly kind: "alert" | "count" | "shadow";
      readonly clauseId: string | undefined;
      readonly maxEvidence: EvidenceLevel | undefined;
    };

/** What became of one rule. A rule that is satisfied more than once (outer and inner page) has one reading for each. */
export type RuleReading = {
  readonly rule: AlertRule | AllowRule;
  readonly signal: Signal;
  /** Index in `pages`; undefined where the observation has no page. */
  readonly page: number | undefined;
  readonly matched: Match["matched"] | undefined;
  /** Of a rule with terms: which of them stand in the text, and where. */
  readonly standing: readonly StandingTerm[];
  readonly verdict: Verdict;
};

export type Explanation = {
  readonly pages: readonly PageReading[];
  /** Every rule of the set, in its order. */
  readonly rules: readonly RuleReading[];
  /** What `match` answers for the same observation. */
  readonly matches: readonly Match[];
};

/**
 * Each step of gate and match for one observation, and for every rule why it acts or does not. Pure; never used where
 * speed matters: it asks every rule.
 */
export function explain(input: ExplainInput): Explanation {
  const { engine, observation, local } = input;
  const stages = engine.collect(observation, local);
  const pages = listPages(input);
  const rules = engine.ruleSet.rules.flatMap((rule, number): RuleReading[] => {
    const satisfied = stages.flatMap((stage) =>
      stage.found
        .filter(
          (one) =>
            one.rule === rule && (rule.action === "allow" ? stage.signal !== "search" : stage.signal === rule.signal),
        )
        .map((one) =>
          readFound(input, stage, { ...one, standing: listStanding(engine, number, stage.subject) }, pages),
        ),
    );
    if (satisfied.length > 0) return satisfied;
    const reason = findMiss(input, rule, number, pages);
    const page = pages.length === 0 ? undefined : 0;
    // A page's allow rule stands whether or not there is something for it to clear.
    const allows = rule.action === "allow" && reason === "outside-schedule" && isWithinHours(rule.schedule, local);
    const verdict: Verdict = allows ? { kind: "allows" } : { kind: "missed", reason };
    const standing =
      "terms" in rule ? findTexts(rule, observation, pages).flatMap((text) => listStanding(engine, number, text)) : [];
    return [{ rule, signal: rule.signal, page, matched: undefined, standing, verdict }];
  });
  return { pages: pages.map(([, reading]) => reading), rules, matches: engine.match(observation, local) };
}

type PageEntry = readonly [Page, PageReading];

function listPages({ engine, observation, lists, protectedHosts }: ExplainInput): PageEntry[] {
  if (!("destination" in observation) || observation.destination === undefined) return [];
  const { destination } = observation;
  const { parts } = engine;
  const inner = parts.wrappers.open(destination);
  const seen: Page[] = [
    { destination, wrapper: undefined },
    ...(inner === undefined ? [] : [{ destination: inner.destination, wrapper: inner.kind }]),
  ];
  return seen.flatMap((page): PageEntry[] => {
    if (page.destination === undefined) return [];
    const { host, kind, registrableDomain, pathAndQuery } = page.destination;
    const searchWords = observation.signal === "navigation" ? parts.engines.findWords(page.destination) : undefined;
    const looksLike = findListedLookAlikes(host, { rules: parts.ruleSet.rules, lists, protectedHosts });
    const { wrapper } = page;
    return [[page, { wrapper, host, hostKind: kind, registrableDomain, pathAndQuery, searchWords, looksLike }]];
  });
}

type Satisfied = Found & Pick<RuleReading, "standing">;

function readFound(input: ExplainInput, stage: Stage, one: Satisfied, pages: readonly PageEntry[]): RuleReading {
  const { rule, standing, reach } = one;
  const host = stage.page.destination?.host;
  const isHost = one.matched.kind === "host" && host !== undefined;
  const matched = isHost ? { ...one.matched, text: host.slice(host.length - reach) } : one.matched;
  const at = pages.findIndex(([page]) => page.destination?.url === stage.page.destination?.url);
  const reading = { rule, signal: stage.signal, page: at < 0 ? undefined : at, matched, standing };
  if (rule.action === "allow") return { ...reading, verdict: { kind: "allows" } };
  const beater = [...stage.found, ...(stage.beside ?? [])].find((other) => beats(other, one));
  if (beater !== undefined) {
    const reason = beater.rank === "allow" ? "allowed" : "less-specific";
    return { ...reading, verdict: { kind: "beaten", reason, by: beater.rule.ruleId } };
  }
  const asked = { signals: [stage.signal], category: rule.category, evidence: rule.evidence };
  const verdict = input.gate?.(asked, stage.page.destination?.host);
  if (verdict?.pass === false) return { ...reading, verdict: { kind: "gated", reason: verdict.reason } };
  const kind = rule.mode === "shadow" ? "shadow" : rule.action;
  return { ...reading, verdict: { kind, clauseId: verdict?.clauseId, maxEvidence: verdict?.maxEvidence } };
}

/** Why nothing of the observation satisfies the rule: the nearest miss over all its pages. */
function findMiss(
  { engine, observation }: ExplainInput,
  rule: AlertRule | AllowRule,
  number: number,
  pages: readonly PageEntry[],
): MissReason {
  if (rule.signal === "app" || rule.signal === "device" || rule.signal === "system") {
    if (rule.signal !== observation.signal) return "other-signal";
    return engine.parts.facts.match(rule, observation) === undefined ? "other-fact" : "outside-schedule";
  }
  if (rule.signal === "navigation") {
    if (observation.signal !== "navigation" && (rule.action !== "allow" || pages.length === 0)) return "other-signal";
    return nearest(pages.map((page) => findPageMiss(engine, number, page)));
  }
  if (rule.signal === "search") {
    if (observation.signal !== "navigation") return "other-signal";
    return nearest(
      pages.map(([, { searchWords }]) =>
        searchWords === undefined ? "other-signal" : findTermMiss(engine, number, searchWords),
      ),
    );
  }
  if (rule.signal !== observation.signal || !("text" in observation)) return "other-signal";
  if (rule.hosts !== undefined) {
    const miss = nearest(["other-page", ...pages.map((page) => findPageMiss(engine, number, page))]);
    if (miss !== "outside-schedule") return miss;
  }
  return findTermMiss(engine, number, observation.text);
}

function findPageMiss({ parts }: RuleEngine, rule: number, [{ destination }, { looksLike }]: PageEntry): MissReason {
  if (destination === undefined) return "other-page";
  parts.destinations.find(destination);
  if (parts.destinations.reachOf(rule) >= 0) return "outside-schedule";
  if (parts.destinations.isExcepted(rule)) return "excepted-host";
  const id = parts.ruleSet.rules[rule]?.ruleId;
  return looksLike.some(({ rules }) => id !== undefined && rules.includes(id)) ? "look-alike" : "other-page";
}

function findTermMiss({ parts }: RuleEngine, rule: number, text: string): MissReason {
  const judged = parts.terms.judge(text, rule);
  return typeof judged === "string" ? judged : "outside-schedule";
}

/** The texts in which the rule would look for its terms. */
function findTexts(rule: AlertRule, observation: Observation, pages: readonly PageEntry[]): readonly string[] {
  if (rule.signal === "search" && observation.signal === "navigation") {
    return pages.flatMap(([, { searchWords }]) => (searchWords === undefined ? [] : [searchWords]));
  }
  return rule.signal === observation.signal && "text" in observation ? [observation.text] : [];
}

function listStanding({ parts }: RuleEngine, rule: number, text: string): readonly StandingTerm[] {
  return "terms" in (parts.ruleSet.rules[rule] as AlertRule) ? parts.terms.listStanding(text, rule) : [];
}

/** The one that is asked last came furthest. */
function nearest(reasons: readonly MissReason[]): MissReason {
  return reasons.reduce((a, b) => (missReasons.indexOf(b) > missReasons.indexOf(a) ? b : a), "other-signal");
}
