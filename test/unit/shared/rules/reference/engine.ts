import { isWithinHours } from "@overt/shared/rules/hours.ts";
import type { AlertRule, AllowRule, RuleSet, SearchEngine, Wrapper } from "@overt/shared/rules/language.ts";
import type { LocalTime, Observation } from "@overt/shared/rules/observation.ts";
import { getDomain } from "tldts";
import { type Address, covers, reachOfHosts, reachOfPath, readAddress, textOf, undoEscapes } from "./addresses.ts";
import { matchTerms } from "./terms.ts";

/** The whole of `match` (SPEC.md 10.1, 10.4), slowly and obviously. */

export type Lists = Record<string, readonly string[]>;
type Matched = { readonly kind: string; readonly text: string; readonly start: number; readonly end: number };
type Satisfied = { readonly rule: AlertRule | AllowRule; readonly reach: number; readonly matched: Matched };
type Page = { readonly address: Address | undefined; readonly wrapper: Wrapper["kind"] | undefined };
export type Answer = {
  readonly ruleId: string;
  readonly signal: string;
  readonly host: string | undefined;
  readonly subject: string;
  readonly matched: Matched;
  readonly wrapper: string | undefined;
};

const nowhere: Page = { address: undefined, wrapper: undefined };

export function matchSlowly(set: RuleSet, lists: Lists, seen: Observation, local: LocalTime): Answer[] {
  const rules = set.rules.filter((rule) => isWithinHours(rule.schedule, local));
  const satisfy = (signal: string, subject: string, { address }: Page): Satisfied[] =>
    rules.flatMap((rule): Satisfied[] => {
      if (rule.action !== "allow" && rule.signal !== signal) return [];
      const reach = reachOfPage(rule, lists, address);
      if (reach === undefined) return [];
      if (!("terms" in rule)) return [{ rule, ...reach }];
      const place = matchTerms(rule.terms, subject);
      return place === undefined ? [] : [{ rule, reach: reach.reach, matched: { kind: "terms", ...place } }];
    });
  const answer = (satisfied: Satisfied[], signal: string, subject: string, { address, wrapper }: Page): Answer[] =>
    applyLaws(satisfied)
      .map(({ rule, matched }) => ({ ruleId: rule.ruleId, signal, host: address?.host, subject, matched, wrapper }))
      .sort((a, b) => (a.ruleId < b.ruleId ? -1 : 1));
  const ask = (signal: string, subject: string, page: Page) =>
    answer(satisfy(signal, subject, page), signal, subject, page);
  if (seen.signal === "navigation") {
    const { url } = seen.destination;
    return pagesOf(set.wrappers, url).flatMap((page) => {
      const words = page.address && findWords(set.engines, page.address);
      return [...ask("navigation", url, page), ...(words === undefined ? [] : ask("search", words, page))];
    });
  }
  if ("text" in seen) {
    const { signal, text, destination } = seen;
    const pages = destination === undefined ? [nowhere] : pagesOf(set.wrappers, destination.url);
    const [outer, inner] = pages as [Page, Page?];
    if (inner === undefined) return answer(satisfy(signal, text, outer), signal, text, outer);
    const around = satisfy(signal, text, outer);
    const shown = satisfy(signal, text, inner);
    const beside = around.filter(({ rule }) => rule.action === "allow").map((one) => ({ ...one, reach: 0 }));
    const rest = around.filter(
      ({ rule, reach }) =>
        rule.action === "allow" || (reach > 0 && !shown.some((one) => one.rule.ruleId === rule.ruleId)),
    );
    return [...answer([...shown, ...beside], signal, text, inner), ...answer(rest, signal, text, outer)];
  }
  const named = rules.flatMap((rule): Satisfied[] => {
    const text = findFact(rule, seen);
    return text === undefined ? [] : [{ rule, reach: 0, matched: { ...text, start: 0, end: 0 } }];
  });
  return applyLaws(named)
    .map(({ rule, matched }) => ({
      ...{ ruleId: rule.ruleId, signal: seen.signal, host: undefined, subject: "" },
      ...{ matched, wrapper: undefined },
    }))
    .sort((a, b) => (a.ruleId < b.ruleId ? -1 : 1));
}

/** What an application, device or system observation satisfies the rule by. */
function findFact(rule: AlertRule | AllowRule, seen: Observation): { kind: string; text: string } | undefined {
  if (rule.signal === "app" && seen.signal === "app") {
    const same = (a: string | undefined, b: string | undefined) => a === undefined || a === b;
    const small = (text: string | undefined) => text?.toLowerCase();
    const one = rule.apps.find(
      (app) =>
        same(small(app.executable), small(seen.executable)) &&
        same(small(app.bundleId), small(seen.bundleId)) &&
        same(app.signer, seen.signer) &&
        same(app.sha256, seen.sha256),
    );
    return one && { kind: "app", text: one.executable ?? one.bundleId ?? one.signer ?? seen.executable };
  }
  if (rule.signal === "device" && seen.signal === "device") {
    const { classes, registered = seen.registered } = rule.devices;
    return classes.includes(seen.deviceClass) && registered === seen.registered
      ? { kind: "device", text: seen.deviceClass }
      : undefined;
  }
  if (rule.signal === "system" && seen.signal === "system" && rule.indicators.includes(seen.indicator)) {
    return { kind: "indicator", text: seen.indicator };
  }
  return undefined;
}

/** The laws of precedence. */
function applyLaws(satisfied: readonly Satisfied[]): Satisfied[] {
  const allows = satisfied.filter(({ rule }) => rule.action === "allow");
  const kindOf = ({ rule }: Satisfied) =>
    rule.action === "allow" ? "" : `${rule.category} ${rule.action} ${rule.mode}`;
  return satisfied.filter((one) => {
    if (one.rule.action === "allow") return false;
    const { category } = one.rule;
    if (allows.some(({ rule, reach }) => reach >= one.reach && (rule.category ?? category) === category)) return false;
    const rivals = satisfied.filter((other) => kindOf(other) === kindOf(one));
    return one.reach === 0 || one.reach === Math.max(...rivals.map(({ reach }) => reach));
  });
}

/** How far the rule covers the page, and by what; undefined where it does not. A rule that names no page covers any. */
function reachOfPage(
  rule: AlertRule | AllowRule,
  lists: Lists,
  address: Address | undefined,
): { reach: number; matched: Matched } | undefined {
  const hosts = "hosts" in rule ? rule.hosts : undefined;
  const paths = "paths" in rule ? rule.paths : undefined;
  const named = (kind: string, text: string) => ({ kind, text, start: 0, end: 0 });
  if (hosts === undefined && paths === undefined) return { reach: 0, matched: named("host", "") };
  if (address === undefined) return undefined;
  const byHost = hosts === undefined ? 0 : reachOfHosts(hosts, lists, address.host);
  const byPath = (paths ?? [])
    .flatMap((source) => {
      const reach = reachOfPath(source, address);
      return reach === undefined ? [] : [{ source, reach }];
    })
    .sort((a, b) => b.reach - a.reach || (a.source < b.source ? -1 : 1))[0];
  if (byPath !== undefined && byPath.reach >= byHost)
    return { reach: byPath.reach, matched: named("path", byPath.source) };
  return byHost === 0
    ? undefined
    : { reach: byHost, matched: named("host", address.host.slice(address.host.length - byHost)) };
}

/** The page itself, then the one that a wrapper leads to. */
function pagesOf(wrappers: readonly Wrapper[], url: string): Page[] {
  const outer = readAddress(url) as Address;
  const candidates = wrappers
    .flatMap((wrapper) => wrapper.hosts.map((host) => ({ wrapper, host })))
    .filter(({ wrapper, host }) => covers(host, outer.host) && outer.path.startsWith(wrapper.path))
    .sort((a, b) => a.host.length - b.host.length);
  for (const { wrapper, host } of candidates) {
    const written = innerOf(wrapper, host, outer, url);
    const inner =
      written === undefined
        ? undefined
        : readAddress(written.replace(/^(?:(https?):)?\/*/i, (_, s) => `${s ?? "https"}://`));
    if (inner !== undefined && inner.host !== outer.host && inner.host.includes(".")) {
      return [
        { address: outer, wrapper: undefined },
        { address: inner, wrapper: wrapper.kind },
      ];
    }
  }
  return [{ address: outer, wrapper: undefined }];
}

function innerOf({ inner, path }: Wrapper, host: string, outer: Address, url: string): string | undefined {
  if (inner.from === "parameter") return findParameter(outer.query, inner.names);
  const { pathname, search } = new URL(url);
  if (inner.from === "path") {
    const rest = textOf(outer).slice(path.length).split("/");
    return rest.slice(inner.skip).join("/").replace(/^\/+/, "");
  }
  const label = outer.host.slice(0, -host.length - 1);
  if (label === "" || label.includes(".")) return undefined;
  return (
    label
      .split("--")
      .map((part) => part.replaceAll("-", "."))
      .join("-") +
    pathname +
    search
  );
}

function findWords(engines: readonly SearchEngine[], { host, path, query }: Address): string | undefined {
  const name = getDomain(host, { allowPrivateDomains: true })?.split(".")[0];
  const found = engines
    .filter(
      ({ names, hosts }) => (name !== undefined && names.includes(name)) || hosts.some((one) => covers(one, host)),
    )
    .filter(({ paths }) => paths.length === 0 || paths.some((prefix) => path.startsWith(prefix)))
    .map(({ parameters }) => findParameter(query, parameters));
  return found.find((words) => words !== undefined && words.trim() !== "");
}

function findParameter(query: string, names: readonly string[]): string | undefined {
  const pairs = query.split("&").map((pair) => /^([^=]+)=(.*)$/s.exec(pair) ?? []);
  const found = pairs.find(([, name]) => name !== undefined && names.includes(undoEscapes(name)));
  return found?.[2] === undefined ? undefined : undoEscapes(found[2].replaceAll("+", " "));
}
