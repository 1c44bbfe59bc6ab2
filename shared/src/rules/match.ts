import type { Behaviours } from "./behaviour/behaviours.ts";
import type { CompiledForm } from "./compiled-form.ts";
import type { Destination } from "./destination.ts";
import type { DestinationRules } from "./destination-rules.ts";
import type { FactObservation, Facts } from "./facts.ts";
import { isWithinHours } from "./hours.ts";
import type { AlertRule, AllowRule, RuleSet, Wrapper } from "./language.ts";
import type { LocalTime, Observation } from "./observation.ts";
import { applyPrecedence, type Weighed } from "./precedence.ts";
import type { SearchEngines } from "./search.ts";
import type { Signal, TextSignal } from "./signals.ts";
import type { TermRules } from "./terms.ts";
import type { Unwrapped, Wrappers } from "./wrappers.ts";

/** What in the observation matched. For `terms`, `start` and `end` are UTF-16 units of the original text. */
export type Matched = {
  readonly kind: "host" | "path" | "terms" | "app" | "device" | "indicator";
  /** The host, path pattern, term or name as the rule writes it. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
};

export type Match = {
  readonly rule: AlertRule;
  /** The signal that a clause has to allow. */
  readonly signal: Signal;
  /** The host that the rule speaks of; behind a wrapper, the inner one. */
  readonly host: string | undefined;
  /** The text in which `matched` stands: the URL, the title, the search words. */
  readonly subject: string;
  readonly matched: Matched;
  /** The page was reached or shown through a translator, an archive, a redirect … */
  readonly wrapper: Wrapper["kind"] | undefined;
};

export type RuleEngine = {
  readonly ruleSet: RuleSet;
  /**
   * The rules that apply, after precedence, by rule id. Knows nothing of orders, clauses or protected hosts: the gate does.
   * Allocates nothing where nothing is touched.
   */
  match(observation: Observation, local: LocalTime): readonly Match[];
  /** The same before precedence, question by question: for explanations. */
  collect(observation: Observation, local: LocalTime): readonly Stage[];
  /** Rules over the matches of these rules: whoever takes the matches feeds them. */
  readonly behaviours: Behaviours;
  readonly parts: EngineParts;
};

/** One question put to the rules: a page's address, its search words, a text, a fact; and the rules that it satisfies. */
export type Stage = {
  readonly signal: Signal;
  readonly subject: string;
  readonly page: Page;
  readonly found: readonly Found[];
  /** Allow rules of the page around this one. Reach counts characters of one host: here they have 0, and clear what is bound to no page. */
  readonly beside?: readonly Found[];
};

export type EngineParts = {
  readonly ruleSet: RuleSet;
  /** What was worked out from the rules, to be kept. */
  readonly form: CompiledForm;
  readonly destinations: DestinationRules;
  readonly terms: TermRules;
  readonly facts: Facts;
  readonly engines: SearchEngines;
  readonly wrappers: Wrappers;
  readonly behaviours: Behaviours;
};

export type Found = Weighed & { readonly rule: AlertRule | AllowRule; readonly matched: Matched };
export type Page = { readonly destination: Destination | undefined; readonly wrapper: Wrapper["kind"] | undefined };

const nothing: readonly Match[] = Object.freeze([]);
const noStages: readonly Stage[] = Object.freeze([]);
const noFound: readonly Found[] = Object.freeze([]);

export function buildEngine(parts: EngineParts): RuleEngine {
  const { ruleSet, destinations, terms, facts, engines, wrappers } = parts;
  const { rules } = ruleSet;
  const applies = (rule: AlertRule | AllowRule, local: LocalTime) =>
    rule.schedule === undefined || isWithinHours(rule.schedule, local);

  function collectNavigation(destination: Destination, local: LocalTime): readonly Stage[] {
    const outer = collectPage(destination, undefined, destination.url, local);
    const inner = wrappers.open(destination);
    if (inner === undefined) return outer;
    const found = collectPage(inner.destination, inner.kind, destination.url, local);
    return found.length === 0 ? outer : [...outer, ...found];
  }

  function collectPage(
    destination: Destination,
    wrapper: Page["wrapper"],
    url: string,
    local: LocalTime,
  ): readonly Stage[] {
    const touched = destinations.find(destination);
    const words = engines.findWords(destination);
    if (touched === 0 && words === undefined) return noStages;
    const page: Page = { destination, wrapper };
    const found = findOnPage(touched, "navigation", local);
    const visits: Stage = { signal: "navigation", subject: url, page, found };
    if (words === undefined) return [visits];
    const allowing = found.filter(isAllowing);
    const searched =
      terms.scan(words) === 0 ? allowing : [...allowing, ...findTerms("search", words, destination, local)];
    return [visits, { signal: "search", subject: words, page, found: searched }];
  }

  function collectText(
    signal: TextSignal,
    text: string,
    destination: Destination | undefined,
    local: LocalTime,
  ): readonly Stage[] {
    if (terms.scan(text) === 0) return noStages;
    const inner = destination === undefined ? undefined : wrappers.open(destination);
    if (destination !== undefined && inner !== undefined) {
      return collectWrappedText(signal, text, destination, inner, local);
    }
    const { allowing, found } = findOnText(signal, text, destination, local);
    if (found.length === 0) return noStages;
    return [{ signal, subject: text, page: { destination, wrapper: undefined }, found: [...allowing, ...found] }];
  }

  /** What is read through a translator or an archive is the inner page's; a rule may speak of the outer one all the same. */
  function collectWrappedText(
    signal: TextSignal,
    text: string,
    destination: Destination,
    { kind, destination: inner }: Unwrapped,
    local: LocalTime,
  ): readonly Stage[] {
    const shown = findOnText(signal, text, inner, local);
    const around = findOnText(signal, text, destination, local);
    const beside = around.allowing.map((one) => ({ ...one, reach: 0 }));
    const others = around.found.filter(({ rule }) => !shown.found.some((one) => one.rule === rule));
    const stages: Stage[] = [];
    if (shown.found.length > 0) {
      const found = [...shown.allowing, ...shown.found];
      stages.push({ signal, subject: text, page: { destination: inner, wrapper: kind }, found, beside });
    }
    if (others.length > 0) {
      const found = [...around.allowing, ...others];
      stages.push({ signal, subject: text, page: { destination, wrapper: undefined }, found });
    }
    return stages;
  }

  /** Of the text just scanned, on one page: the rules whose terms it satisfies, and the allow rules that cover the page. */
  function findOnText(signal: TextSignal, text: string, destination: Destination | undefined, local: LocalTime) {
    const touched = destination === undefined ? 0 : destinations.find(destination);
    const found = findTerms(signal, text, destination, local);
    const allowing = found.length === 0 ? [] : findOnPage(touched, "navigation", local).filter(isAllowing);
    return { found, allowing };
  }

  function collectFacts(observation: FactObservation, local: LocalTime): readonly Stage[] {
    let found: Found[] | undefined;
    for (const rule of facts.of(observation.signal)) {
      const matched = facts.match(rule, observation);
      if (matched === undefined || !applies(rule, local)) continue;
      found ??= [];
      found.push(weigh(rule, 0, { ...matched, start: 0, end: 0 }));
    }
    return found === undefined ? noStages : [{ signal: observation.signal, subject: "", page: nowhere, found }];
  }

  /** Rules that the page just asked about satisfies by host or path. */
  function findOnPage(touched: number, signal: Signal, local: LocalTime): Found[] {
    const found: Found[] = [];
    for (let i = 0; i < touched; i++) {
      const number = destinations.touched[i] as number;
      const rule = rules[number] as AlertRule | AllowRule;
      const reach = destinations.reachOf(number);
      if (rule.signal !== signal || reach < 0 || !applies(rule, local)) continue;
      const path = destinations.pathOf(number);
      found.push(weigh(rule, reach, { kind: path ? "path" : "host", text: path?.source ?? "", start: 0, end: 0 }));
    }
    return found;
  }

  /** Rules whose terms the text just scanned satisfies. */
  function findTerms(
    signal: TextSignal,
    text: string,
    destination: Destination | undefined,
    local: LocalTime,
  ): Found[] {
    const found: Found[] = [];
    const reachOf = (number: number) => {
      const rule = rules[number] as AlertRule;
      if (!("hosts" in rule) || rule.hosts === undefined) return 0;
      return destination === undefined ? -1 : destinations.reachOf(number);
    };
    terms.judgeScanned(
      text,
      (number) => {
        const rule = rules[number] as AlertRule;
        return rule.signal === signal && reachOf(number) >= 0 && applies(rule, local);
      },
      (number, finding) =>
        found.push(weigh(rules[number] as AlertRule, reachOf(number), { kind: "terms", ...finding })),
    );
    return found;
  }

  function collect(observation: Observation, local: LocalTime): readonly Stage[] {
    switch (observation.signal) {
      case "navigation":
        return collectNavigation(observation.destination, local);
      case "title":
      case "page-text":
      case "messages":
        return collectText(observation.signal, observation.text, observation.destination, local);
      default:
        return collectFacts(observation, local);
    }
  }

  return {
    ruleSet,
    parts,
    behaviours: parts.behaviours,
    collect,
    match(observation, local) {
      const stages = collect(observation, local);
      if (stages.length === 0) return nothing;
      const [only] = stages;
      return stages.length === 1 && only !== undefined ? settle(only) : stages.flatMap(settle);
    },
  };
}
const nowhere: Page = Object.freeze({ destination: undefined, wrapper: undefined });

function settle({ signal, subject, page, found, beside = noFound }: Stage): readonly Match[] {
  if (found.length === 0) return nothing;
  const host = page.destination?.host;
  const matches: Match[] = [];
  for (const { rule, matched, reach } of applyPrecedence(beside.length === 0 ? found : [...found, ...beside])) {
    matches.push({
      rule: rule as AlertRule,
      signal,
      host,
      subject,
      matched:
        matched.kind === "host" && host !== undefined ? { ...matched, text: host.slice(host.length - reach) } : matched,
      wrapper: page.wrapper,
    });
  }
  return matches.sort((a, b) => (a.rule.ruleId < b.rule.ruleId ? -1 : 1));
}

const isAllowing = ({ rank }: Found) => rank === "allow";

const countRank = { live: "count", shadow: "shadow-count" } as const;

function weigh(rule: AlertRule | AllowRule, reach: number, matched: Matched): Found {
  const rank = rule.action === "allow" ? "allow" : rule.action === "count" ? countRank[rule.mode] : rule.mode;
  return { rule, reach, matched, category: rule.category, rank };
}
