import { openRuleBooks } from "@overt/agent/core/rule-books.ts";
import type { VerifiedTargets } from "@overt/agent/core/verified-targets.ts";
import { brandVerified } from "@overt/shared/brand.ts";
import { VerificationError } from "@overt/shared/errors.ts";
import { buildPlainLists } from "@overt/shared/rules/lists.ts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { hostsRule, noon, rule, ruleSet, termsRule, title, visit } from "../../shared/rules/support.ts";

/** What a published version may be: whole, wrong in one rule, or without a list that it names. */
const kinds = ["whole", "one bad term", "a rule that rests on nothing", "a missing list", "no rule set"] as const;
type Kind = (typeof kinds)[number];

function publish(version: number, kind: Kind): VerifiedTargets {
  const about = { category: `kind-${version}` };
  const rules = [
    hostsRule("visits", ["a.test"], about),
    termsRule("titles", { any: [{ text: "red" }] }, about),
    ...(kind === "one bad term" ? [termsRule("bad", { any: [{ text: "!!!" }] }, about)] : []),
    ...(kind === "a rule that rests on nothing" || kind === "a missing list"
      ? [rule("listed", { ...about, signal: "navigation", hosts: { names: [], lists: ["more"] } })]
      : []),
  ];
  const more = { id: "more", target: "lists/more.bin", sha256: "0".repeat(64), entries: 1, sensitive: false };
  const set = ruleSet(rules, { version, lists: kind === "a missing list" ? [more] : [] });
  return {
    agency: "test-agency",
    practice: true,
    versions: { root: 1, timestamp: version, snapshot: version, targets: version },
    targetsSha256: String(version).padStart(64, "0"),
    verifiedAt: 0,
    expires: { timestamp: 0, snapshot: 0, targets: 0 },
    names: ["rules/main.json"],
    withheld: [],
    findBytes: () => undefined,
    findList: () => undefined,
    findChecked: () => undefined,
    findDocument(_, schema) {
      if (kind === "no rule set") throw new VerificationError("BAD_SCHEMA", "It does not fit.");
      return brandVerified(schema.parse(set));
    },
  };
}

test("while observations flow, rules are swapped whole or not at all", () => {
  const observations = [visit("https://www.a.test/"), title("a red balloon")];
  const act = fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom(...kinds).map((kind) => ({ kind })) },
    { weight: 3, arbitrary: fc.constantFrom(...observations).map((seen) => ({ seen })) },
  );
  fc.assert(
    fc.property(fc.array(act, { minLength: 5, maxLength: 40 }), (acts) => {
      const books = openRuleBooks(() => ({ ...buildPlainLists(), isDamaged: () => false }));
      let version = 0;
      let running = 0;
      for (const one of acts) {
        if ("kind" in one) {
          version++;
          books.take(publish(version, one.kind));
          if (one.kind === "whole") running = version;
          continue;
        }
        const engines = books.inForce(1_700_000_000);
        expect(engines.map((engine) => engine.ruleSet.version)).toEqual(running === 0 ? [] : [running]);
        const matches = engines.flatMap((engine) => engine.match(one.seen, noon));
        expect(matches.map((match) => match.rule.category)).toEqual(running === 0 ? [] : [`kind-${running}`]);
      }
    }),
    { numRuns: 100 },
  );
});

test("an engine that is being asked answers by the rules it began with", () => {
  const books = openRuleBooks(() => ({ ...buildPlainLists(), isDamaged: () => false }));
  books.take(publish(1, "whole"));
  const [before] = books.inForce(1_700_000_000);
  books.take(publish(2, "whole"));
  const [after] = books.inForce(1_700_000_000);
  const ask = (engine: typeof before) => engine?.match(title("red"), noon).map((match) => match.rule.category);
  expect([ask(before), ask(after), ask(before)]).toEqual([["kind-1"], ["kind-2"], ["kind-1"]]);
});
