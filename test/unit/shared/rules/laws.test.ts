import { compileRules } from "@overt/shared/rules/compile.ts";
import { normaliseHost, parseDestination } from "@overt/shared/rules/destination.ts";
import { passGate } from "@overt/shared/rules/gate.ts";
import { buildPlainLists } from "@overt/shared/rules/lists.ts";
import type { Match, RuleEngine } from "@overt/shared/rules/match.ts";
import type { Observation } from "@overt/shared/rules/observation.ts";
import { buildProtectedHosts } from "@overt/shared/rules/protected-hosts.ts";
import { FormReader } from "@overt/shared/rules/text/form-reader.ts";
import { unicodeTables } from "@overt/shared/rules/unicode/tables.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { passing } from "./gate-support.ts";
import { listed, observation, observationOn, ruleList, surroundings } from "./rule-worlds.ts";
import { allowRule, hostsRule, noon, reopen, ruleSet, termsRule, visit } from "./support.ts";

const runs = Math.min(Math.ceil(Number(process.env["PROPERTY_RUNS"] ?? 10_000) / 50), 20_000);
/** Compiling takes nearly all of the time, so each rule set is held to several observations: 20,000 in the full run. */
const observationsPerSet = 4;
const numRuns = Math.min(runs, 5_000);
const several = (one: fc.Arbitrary<Observation>) =>
  fc.array(one, { minLength: observationsPerSet, maxLength: observationsPerSet });
/** Opened from what was kept; the differential test holds it to the engine that was just compiled. */
const build = (rules: readonly unknown[]): RuleEngine => {
  const lists = buildPlainLists(listed);
  return reopen(compileRules(ruleSet(rules, surroundings), lists), lists);
};
const seenBy = (rules: readonly unknown[], seen: readonly Observation[]) => {
  const engine = build(rules);
  return seen.map((one) => engine.match(one, noon).map(readMatch));
};
const readMatch = ({ rule, ...rest }: Match) => ({ ruleId: rule.ruleId, ...rest });
const kindOf = ({ rule }: Match) => `${rule.category} ${rule.action} ${rule.mode}`;

describe("precedence", { timeout: Math.max(60_000, runs * 50) }, () => {
  test("protected hosts beat everything: on one of them, or below it, the gate lets nothing pass", () => {
    let matched = 0;
    fc.assert(
      fc.property(ruleList, several(observation), (rules, seen) => {
        const engine = build(rules);
        for (const match of seen.flatMap((one) => engine.match(one, noon))) {
          if (match.host === undefined) continue;
          matched++;
          const rule = { signals: [match.signal], category: "one-kind", evidence: 0 };
          const [, parent = match.host] = /^[^.]+\.(.+)$/.exec(match.host) ?? [];
          const name = /^[0-9.]+$|:/.test(match.host) ? match.host : parent;
          for (const host of [match.host, name]) {
            const verdict = passGate({
              ...passing,
              rule,
              host: match.host,
              isProtected: buildProtectedHosts([host], []),
            });
            expect(verdict).toEqual({ pass: false, reason: "protected-host" });
          }
        }
      }),
      { numRuns },
    );
    expect(matched).toBeGreaterThan(runs / 10);
  });

  test("an allow rule beats every alert of the same or a wider host, and none of a more specific one", () => {
    const allow = (name: string) => allowRule("allow", { hosts: { names: [name], lists: [] } });
    fc.assert(
      fc.property(ruleList, several(observationOn(["c.b.a.test", "www.c.b.a.test"])), (rules, seen) => {
        const engine = build(rules);
        const narrow = seenBy([...rules, allow("www.c.b.a.test")], seen);
        expect(narrow.flat().filter(({ host }) => host === "www.c.b.a.test")).toEqual([]);
        const left = seen.map((one) => {
          const reaches = new Map(
            engine
              .collect(one, noon)
              .flatMap(({ found, signal }) => found.map(({ rule, reach }) => [`${signal} ${rule.ruleId}`, reach])),
          );
          const reachOf = ({ signal, rule }: Match) => reaches.get(`${signal} ${rule.ruleId}`) ?? 0;
          return engine.match(one, noon).filter((match) => reachOf(match) > "a.test".length);
        });
        expect(seenBy([...rules, allow("a.test")], seen)).toEqual(left.map((matches) => matches.map(readMatch)));
      }),
      { numRuns },
    );
  });

  test("among the rules of one category and kind only the most specific host is left, and those bound to no host", () => {
    fc.assert(
      fc.property(ruleList, several(observation), (rules, seen) => {
        const engine = build(rules);
        for (const each of seen) {
          const matches = engine.match(each, noon);
          for (const { signal, page, found } of engine.collect(each, noon)) {
            const here = matches.filter((m) => m.signal === signal && m.wrapper === page.wrapper);
            const reachOf = (match: Match) => found.find(({ rule }) => rule === match.rule)?.reach ?? 0;
            for (const one of here) {
              const rivals = here.filter((m) => kindOf(m) === kindOf(one));
              const reaches = new Set(rivals.map(reachOf).filter((reach) => reach > 0));
              expect(reaches.size).toBeLessThanOrEqual(1);
            }
          }
        }
      }),
      { numRuns },
    );
  });

  test("the order of rules never matters", () => {
    fc.assert(
      fc.property(ruleList, several(observation), fc.infiniteStream(fc.nat()), (rules, seen, keys) => {
        const shuffled = rules
          .map((one) => ({ one, key: keys.next().value }))
          .sort((a, b) => a.key - b.key)
          .map(({ one }) => one);
        expect(seenBy(shuffled, seen)).toEqual(seenBy(rules, seen));
      }),
      { numRuns },
    );
  });

  test("shadow rules take nothing away from live ones", () => {
    fc.assert(
      fc.property(ruleList, several(observation), (rules, seen) => {
        const live = (some: readonly unknown[]) => {
          const engine = build(some);
          return seen.map((one) =>
            engine
              .match(one, noon)
              .filter(({ rule }) => rule.mode === "live")
              .map(readMatch),
          );
        };
        const without = rules.filter((one) => !("mode" in one) || one.mode !== "shadow");
        expect(live(rules)).toEqual(live(without));
      }),
      { numRuns },
    );
  });

  test("a rule that the observation does not satisfy changes nothing, whatever its action", () => {
    const unrelated = [
      hostsRule("z-host", ["elsewhere.example"], { category: "one-kind" }),
      termsRule(
        "z-term",
        { any: [{ text: "wisteria", lookalikes: true, digits: true, spaced: true }] },
        { category: "one-kind" },
      ),
      allowRule("z-allow", { hosts: { names: ["elsewhere.example"], lists: [] } }),
      allowRule("z-path", { paths: ["*/nowhere/*"] }),
    ];
    fc.assert(
      fc.property(ruleList, several(observation), fc.subarray(unrelated, { minLength: 1 }), (rules, seen, more) => {
        expect(seenBy([...more, ...rules], seen)).toEqual(seenBy(rules, seen));
      }),
      { numRuns },
    );
  });
});

describe("normalisation", () => {
  const label = fc
    .stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/)
    .filter((one) => !/^[0-9]+$|^0x|^xn--/.test(one));
  const domain = fc.array(label, { minLength: 1, maxLength: 5 }).map((labels) => [...labels, "test"].join("."));

  test("suffix monotonicity: what is below a covered host is covered, and a longer name never covers more", () => {
    fc.assert(
      fc.property(domain, domain, label, (name, host, below) => {
        const covers = (rule: string, page: string) =>
          build([hostsRule("r", [rule])]).match(visit(`https://${page}/`), noon).length === 1;
        if (covers(name, host)) expect(covers(name, `${below}.${host}`)).toBe(true);
        if (covers(`${below}.${name}`, host)) expect(covers(name, host)).toBe(true);
        expect(covers(name, name)).toBe(true);
        expect(covers(name, `${below}.${name}`)).toBe(true);
        expect(covers(`${below}.${name}`, name)).toBe(false);
        expect(covers(name, `${below}${name}`)).toBe(false);
      }),
      { numRuns: Math.ceil(runs / 4) },
    );
  });

  test("a host in comparison form stays as it is", () => {
    const address = fc.oneof(
      fc.ipV4(),
      fc.ipV6().map((ip) => `[${ip}]`),
      fc.ipV4Extended(),
      domain,
      fc.domain(),
    );
    fc.assert(
      fc.property(address, fc.constantFrom("", "."), (host, dot) => {
        const url = URL.parse(`https://${host}${host.startsWith("[") ? "" : dot}/`);
        fc.pre(url !== null);
        const once = normaliseHost(url.hostname);
        const again = parseDestination(`https://${once.includes(":") ? `[${once}]` : once}/`).host;
        expect(again).toBe(once);
        expect(normaliseHost(once)).toBe(once);
      }),
      { numRuns: runs * 5 },
    );
  });

  test("folded text stays as it is when it is folded again", () => {
    const tables = unicodeTables();
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
        for (const fold of [tables.fold, tables.foldLookalike]) {
          const reader = new FormReader(tables, fold);
          const once = reader.readAll(text);
          expect(reader.readAll(String.fromCodePoint(...once))).toEqual(once);
        }
      }),
      { numRuns: runs * 5 },
    );
  });
});
