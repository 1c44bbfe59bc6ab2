import type { Fed } from "@overt/shared/rules/behaviour/fed.ts";
import { emptyMemory } from "@overt/shared/rules/behaviour/memory.ts";
import { stepBehaviour } from "@overt/shared/rules/behaviour/step.ts";
import { compileRules } from "@overt/shared/rules/compile.ts";
import { BehaviourRule } from "@overt/shared/rules/language.ts";
import { buildPlainLists } from "@overt/shared/rules/lists.ts";
import type { Match } from "@overt/shared/rules/match.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { behaviourFields } from "./behaviour/support.ts";
import { behaviourRule, behaviourSteps, referenceBounds } from "./behaviour-worlds.ts";
import { runBehaviour, type Step } from "./reference/behaviour.ts";
import { matchSlowly } from "./reference/engine.ts";
import { listed, observation, ruleList, surroundings } from "./rule-worlds.ts";
import { noon, reopen, ruleSet } from "./support.ts";

/** Cases of a run; each is one rule set against one observation. */
const cases = Number(process.env["PROPERTY_RUNS"] ?? 10_000);
const perSet = 25;

/** A generator that hits nothing proves nothing. */
function requireHits(share: number) {
  if (cases >= 10_000) expect(share).toBeGreaterThan(0.3);
}

const readMatch = ({ rule, signal, host, subject, matched, wrapper }: Match) => ({
  ruleId: rule.ruleId,
  signal,
  host,
  subject,
  matched,
  wrapper,
});

describe("the engine against the reference", { timeout: Math.max(60_000, cases * 10) }, () => {
  test("random rule sets match random observations alike, compiled just now and opened from what was kept", () => {
    let asked = 0;
    let matched = 0;
    fc.assert(
      fc.property(ruleList, fc.array(observation, { minLength: perSet, maxLength: perSet }), (rules, observations) => {
        const set = ruleSet(rules, surroundings);
        const engine = compileRules(set, buildPlainLists(listed));
        const reopened = reopen(engine, buildPlainLists(listed));
        for (const seen of observations) {
          const expected = matchSlowly(set, listed, seen, noon);
          expect(engine.match(seen, noon).map(readMatch)).toEqual(expected);
          expect(reopened.match(seen, noon).map(readMatch)).toEqual(expected);
          asked++;
          if (expected.length > 0) matched++;
        }
      }),
      { numRuns: Math.ceil(cases / perSet) },
    );
    console.log(
      `rules against the reference: ${asked} cases, ${Math.round((100 * matched) / asked)} % match something`,
    );
    requireHits(matched / asked);
  });

  test("random behaviour rules are satisfied by random matches alike", () => {
    let asked = 0;
    let satisfied = 0;
    fc.assert(
      fc.property(behaviourRule, behaviourSteps, (rule, list) => {
        const answers = stepThrough(rule, list);
        expect(answers).toEqual(runBehaviour(rule, list, referenceBounds));
        asked += answers.length;
        satisfied += answers.filter((one) => one !== undefined).length;
      }),
      { numRuns: Math.ceil(cases / 10) },
    );
    const share = Math.round((100 * satisfied) / asked);
    console.log(`behaviour rules against the reference: ${asked} matches fed, ${share} % satisfy the rule`);
    expect(asked).toBeGreaterThan(cases / 2);
    requireHits(satisfied / asked);
  });

  test("a memory that is full forgets what the reference forgets", () => {
    const flood = fc
      .tuple(fc.integer({ min: 1, max: 90 }), fc.array(fc.nat(9), { minLength: 5, maxLength: 5 }), fc.nat(1_000))
      .map(([hosts, jumps, seed]) =>
        Array.from({ length: 900 }, (_, i) => ({
          rule: "a",
          at: 1_000_000 + i * 100 - (jumps[i % jumps.length] as number) * 100,
          now: 1_000_000 + i * 100,
          host: `h${(i * i + seed) % hosts}.test`,
          term: undefined,
          device: undefined,
        })),
      );
    const rule = behaviourFields("own", {
      groupBy: ["host"],
      timespanSeconds: 70_000,
      condition: { op: "gte", count: 9 },
    });
    fc.assert(
      fc.property(flood, (list) => {
        const own = BehaviourRule.parse(rule);
        expect(stepThrough(own, list)).toEqual(runBehaviour(own, list, referenceBounds));
      }),
      { numRuns: Math.ceil(cases / 1_000) },
    );
  });
});

/** A behaviour rule as the engine runs it, as `runBehaviour` of the reference does. */
function stepThrough(rule: BehaviourRule, list: readonly (Omit<Fed, "ruleId"> & Step)[]) {
  let memory = emptyMemory(rule.revision);
  return list.map(({ rule: ruleId, now, ...fed }) => {
    const done = stepBehaviour(rule, memory, { ...fed, ruleId }, now);
    memory = done.memory;
    return done.satisfied;
  });
}
