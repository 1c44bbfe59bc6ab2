import type { Destination } from "./destination.ts";
import type { HostCover } from "./hosts.ts";
import { isWithinHours } from "./hours.ts";
import type { AlertRule, AllowRule, RuleSet, SearchEngine } from "./language.ts";
import { ruleLimits } from "./limits.ts";
import type { LocalTime, Observation } from "./observation.ts";
import { type CompiledPath, matchesPath, pathText } from "./paths.ts";
import { applyPrecedence, type Weighed } from "./precedence.ts";
import { deriveSearch } from "./search.ts";
import type { Signal, TextSignal } from "./signals.ts";
import type { CompiledTerms } from "./terms.ts";
import { normaliseText } from "./text.ts";

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
  readonly host: string | undefined;
  /** The text in which `matched` stands: the URL, the title, the search words. */
  readonly subject: string;
  readonly matched: Matched;
};

export type RuleEngine = {
  readonly ruleSet: RuleSet;
  /** The rules that apply, after precedence. Knows nothing of orders, clauses or protected hosts: the gate does. */
  match(observation: Observation, local: LocalTime): readonly Match[];
};

export type CompiledRule = {
  readonly rule: AlertRule | AllowRule;
  readonly hosts: HostCover | undefined;
  readonly paths: readonly CompiledPath[];
  readonly terms: CompiledTerms | undefined;
};

type Found = Weighed & { readonly rule: AlertRule | AllowRule; readonly matched: Matched };

const nothing: readonly Match[] = Object.freeze([]);

export function buildEngine(ruleSet: RuleSet, rules: readonly CompiledRule[]): RuleEngine {
  return {
    ruleSet,
    match(observation, local) {
      const applicable = rules.filter(({ rule }) => isWithinHours(rule.schedule, local));
      switch (observation.signal) {
        case "navigation":
          return matchNavigation(applicable, ruleSet.engines, observation.destination);
        case "title":
        case "page-text":
        case "messages":
          return settle(observation.signal, observation.text, observation.destination, [
            ...findAllowing(applicable, observation.destination),
            ...findByTerms(applicable, observation.signal, observation.text, observation.destination),
          ]);
        default:
          return settle(observation.signal, "", undefined, findByFacts(applicable, observation));
      }
    },
  };
}

function matchNavigation(
  rules: readonly CompiledRule[],
  engines: readonly SearchEngine[],
  destination: Destination,
): readonly Match[] {
  const allowing = findAllowing(rules, destination);
  const pages = rules.filter(({ rule }) => rule.action !== "allow" && rule.signal === "navigation");
  const visits = settle("navigation", destination.url, destination, [
    ...allowing,
    ...findByDestination(pages, destination),
  ]);
  const words = deriveSearch(destination, engines);
  if (words === undefined) return visits;
  const searches = findByTerms(rules, "search", words, destination);
  return [...visits, ...settle("search", words, destination, [...allowing, ...searches])];
}

function settle(
  signal: Signal,
  subject: string,
  destination: Destination | undefined,
  found: readonly Found[],
): readonly Match[] {
  if (found.length === 0) return nothing;
  return applyPrecedence(found)
    .map(({ rule, matched }) => ({ rule: rule as AlertRule, signal, host: destination?.host, subject, matched }))
    .sort((a, b) => (a.rule.ruleId < b.rule.ruleId ? -1 : 1));
}

function findAllowing(rules: readonly CompiledRule[], destination: Destination | undefined): Found[] {
  if (destination === undefined) return [];
  return findByDestination(
    rules.filter(({ rule }) => rule.action === "allow"),
    destination,
  );
}

/** Rules on hosts and paths. A rule with both means either. */
function findByDestination(rules: readonly CompiledRule[], destination: Destination): Found[] {
  const found: Found[] = [];
  const text = pathText(destination);
  for (const compiled of rules) {
    const reach = compiled.hosts?.findCovering(destination.host) ?? 0;
    const path = compiled.paths.reduce<CompiledPath | undefined>((best, one) => {
      if (best !== undefined && best.host.length >= one.host.length) return best;
      return matchesPath(one, destination.host, text) ? one : best;
    }, undefined);
    if (path !== undefined && path.host.length >= reach) {
      found.push(weigh(compiled.rule, path.host.length, { kind: "path", text: path.source, start: 0, end: 0 }));
    } else if (reach > 0) {
      const host = destination.host.slice(destination.host.length - reach);
      found.push(weigh(compiled.rule, reach, { kind: "host", text: host, start: 0, end: 0 }));
    }
  }
  return found;
}

function findByTerms(
  rules: readonly CompiledRule[],
  signal: TextSignal,
  text: string,
  destination: Destination | undefined,
): Found[] {
  const normalised = normaliseText(text.slice(0, ruleLimits.textUnits));
  const found: Found[] = [];
  for (const { rule, hosts, terms } of rules) {
    if (rule.action === "allow" || rule.signal !== signal || terms === undefined) continue;
    const reach = hosts === undefined ? 0 : destination === undefined ? -1 : hosts.findCovering(destination.host) || -1;
    if (reach < 0) continue;
    const finding = terms.findIn(normalised);
    if (finding !== undefined) found.push(weigh(rule, reach, { kind: "terms", ...finding }));
  }
  return found;
}

function findByFacts(rules: readonly CompiledRule[], observation: Observation): Found[] {
  const found: Found[] = [];
  for (const { rule } of rules) {
    const matched = matchFacts(rule, observation);
    if (matched !== undefined) found.push(weigh(rule, 0, { ...matched, start: 0, end: 0 }));
  }
  return found;
}

function matchFacts(rule: AlertRule | AllowRule, seen: Observation): Pick<Matched, "kind" | "text"> | undefined {
  if (rule.signal === "app" && seen.signal === "app") {
    const app = rule.apps.find(
      (one) =>
        (one.executable === undefined || one.executable.toLowerCase() === seen.executable.toLowerCase()) &&
        (one.bundleId === undefined || one.bundleId.toLowerCase() === seen.bundleId?.toLowerCase()) &&
        (one.signer === undefined || one.signer === seen.signer) &&
        (one.sha256 === undefined || one.sha256 === seen.sha256),
    );
    return app && { kind: "app", text: app.executable ?? app.bundleId ?? app.signer ?? seen.executable };
  }
  if (rule.signal === "device" && seen.signal === "device") {
    const { classes, registered } = rule.devices;
    const agrees = classes.includes(seen.deviceClass) && (registered === undefined || registered === seen.registered);
    return agrees ? { kind: "device", text: seen.deviceClass } : undefined;
  }
  if (rule.signal === "system" && seen.signal === "system") {
    return rule.indicators.includes(seen.indicator) ? { kind: "indicator", text: seen.indicator } : undefined;
  }
  return undefined;
}

function weigh(rule: AlertRule | AllowRule, reach: number, matched: Matched): Found {
  const rank = rule.action === "allow" ? "allow" : rule.action === "count" ? "count" : rule.mode;
  return { rule, reach, matched, category: rule.category, rank };
}
