import type { Fed } from "@overt/shared/rules/behaviour/fed.ts";
import { BehaviourMemory, emptyMemory, forgetDistant } from "@overt/shared/rules/behaviour/memory.ts";
import { replay } from "@overt/shared/rules/behaviour/replay.ts";
import { stepBehaviour } from "@overt/shared/rules/behaviour/step.ts";
import type { BehaviourRule } from "@overt/shared/rules/language.ts";
import { ruleLimits } from "@overt/shared/rules/limits.ts";
import { describe, expect, test } from "vitest";
import { behaviour } from "./support.ts";

type Step = { rule?: string; at: number; now?: number; host?: string; term?: string; device?: string };
const start = 1_000_000;

/** Runs the steps and tells at which of them the rule was satisfied, and by what. */
function run(rule: BehaviourRule, steps: readonly Step[]) {
  let memory: BehaviourMemory = emptyMemory(rule.revision);
  const satisfied = steps.map(({ rule: ruleId = "a", at, now = at, host, term, device }) => {
    const fed: Fed = { ruleId, at: start + at, host, term, device };
    const step = stepBehaviour(rule, memory, fed, start + now);
    memory = step.memory;
    return step.satisfied;
  });
  // What is remembered outlives a restart as JSON.
  expect(BehaviourMemory.parse(JSON.parse(JSON.stringify(memory)))).toEqual(memory);
  return { memory, satisfied, fired: satisfied.map((one) => one !== undefined) };
}

const times = (list: readonly number[]): Step[] => list.map((at) => ({ at }));

describe("event_count", () => {
  test("counts matches at most the timespan apart, the new one among them", () => {
    expect(run(behaviour(), times([0, 50, 100])).fired).toEqual([false, false, true]);
    expect(run(behaviour(), times([0, 50, 101])).fired).toEqual([false, false, false]);
    expect(run(behaviour(), times([0, 50, 101, 150])).fired).toEqual([false, false, false, true]);
  });

  test("gt asks for one more than gte", () => {
    const more = behaviour({ condition: { op: "gt", count: 3 } });
    expect(run(more, times([0, 1, 2, 3])).fired).toEqual([false, false, false, true]);
  });

  test("tells how many matches there are and the seconds they span, and goes on telling while it is so", () => {
    const { satisfied } = run(behaviour(), times([0, 30, 60, 90, 140]));
    expect(satisfied.slice(2)).toEqual([
      { count: 3, windowSeconds: 60 },
      { count: 4, windowSeconds: 90 },
      { count: 3, windowSeconds: 80 },
    ]);
  });

  test("matches of all its rules count together, and of no other", () => {
    const two = behaviour({ rules: ["a", "c"] });
    const steps = [{ at: 0 }, { at: 1, rule: "c" }, { at: 2, rule: "x" }, { at: 3, rule: "c" }];
    expect(run(two, steps).fired).toEqual([false, false, false, true]);
  });
});

describe("value_count", () => {
  const hosts = behaviour({ kind: "value_count", condition: { op: "gte", count: 2, field: "host" } });
  test("counts different values, not matches", () => {
    const steps = ["a.test", "a.test", "b.test"].map((host, at) => ({ at, host }));
    expect(run(hosts, steps).fired).toEqual([false, false, true]);
  });
  test("a match without the field is left out", () => {
    expect(run(hosts, [{ at: 0, host: "a.test" }, { at: 1 }, { at: 2 }]).fired).toEqual([false, false, false]);
  });
  test("the values are the field's own", () => {
    const field = (name: string, steps: Step[]) =>
      run(
        behaviour({ kind: "value_count", rules: ["a", "c"], condition: { op: "gte", count: 2, field: name } }),
        steps,
      ).fired.at(-1);
    const both = { host: "x.a.test", term: "red", device: "storage" };
    expect(
      field("host", [
        { at: 0, ...both },
        { at: 1, ...both, host: "y.a.test" },
      ]),
    ).toBe(true);
    expect(
      field("registrable-domain", [
        { at: 0, ...both },
        { at: 1, ...both, host: "y.a.test" },
      ]),
    ).toBe(false);
    expect(
      field("registrable-domain", [
        { at: 0, host: "10.0.0.1" },
        { at: 1, host: "10.0.0.2" },
      ]),
    ).toBe(true);
    expect(field("registrable-domain", [{ at: 0 }, { at: 1 }])).toBe(false);
    expect(
      field("term", [
        { at: 0, ...both },
        { at: 1, ...both, term: "blue" },
      ]),
    ).toBe(true);
    expect(
      field("device", [
        { at: 0, ...both },
        { at: 1, ...both, device: "phone" },
      ]),
    ).toBe(true);
    expect(
      field("rule", [
        { at: 0, ...both },
        { at: 1, ...both, rule: "c" },
      ]),
    ).toBe(true);
    for (const name of ["host", "term", "device", "rule"]) {
      expect(
        field(name, [
          { at: 0, ...both },
          { at: 1, ...both },
        ]),
      ).toBe(false);
    }
  });
});

describe("temporal", () => {
  const three = (kind: string) => behaviour({ kind, rules: ["a", "b", "c"] });
  const order = (letters: string, apart = 10) => [...letters].map((rule, i) => ({ rule, at: i * apart }));

  test("every rule has to match within the timespan, in any order", () => {
    expect(run(three("temporal"), order("cab")).fired).toEqual([false, false, true]);
    expect(run(three("temporal"), order("aabb")).fired).toEqual([false, false, false, false]);
    expect(run(three("temporal"), order("cab", 51)).fired).toEqual([false, false, false]);
    expect(run(three("temporal"), order("cab", 50)).fired).toEqual([false, false, true]);
  });

  test("ordered: the rules match in their order, whatever lies between", () => {
    const fired = (letters: string) => run(three("temporal_ordered"), order(letters)).fired.at(-1);
    expect(fired("abc")).toBe(true);
    expect(fired("aabac")).toBe(true);
    expect(fired("abbaac")).toBe(true);
    for (const wrong of ["acb", "bac", "bca", "cab", "cba", "ac", "bc", "abb"]) expect(fired(wrong)).toBe(false);
  });

  test("ordered: a match that is no part of the row does not satisfy it again", () => {
    expect(run(three("temporal_ordered"), order("abcac")).fired).toEqual([false, false, true, false, true]);
  });

  test("ordered: matches of one second stand in the order in which they came", () => {
    expect(run(three("temporal_ordered"), order("abc", 0)).fired.at(-1)).toBe(true);
    expect(run(three("temporal_ordered"), order("acb", 0)).fired.at(-1)).toBe(false);
  });

  test("a late match is put where it belongs and can complete a row", () => {
    const late = [
      { rule: "b", at: 20 },
      { rule: "c", at: 30 },
      { rule: "a", at: 10, now: 35 },
    ];
    expect(run(three("temporal_ordered"), late).fired).toEqual([false, false, true]);
    const tooLate = [
      { rule: "b", at: 20 },
      { rule: "c", at: 30 },
      { rule: "a", at: 25, now: 35 },
    ];
    expect(run(three("temporal_ordered"), tooLate).fired).toEqual([false, false, false]);
    const tooEarly = [
      { rule: "a", at: 20 },
      { rule: "c", at: 30 },
      { rule: "b", at: 10, now: 35 },
    ];
    expect(run(three("temporal_ordered"), tooEarly).fired).toEqual([false, false, false]);
  });
});

describe("groups", () => {
  test("matches count together only where they agree in every field of group-by", () => {
    const grouped = behaviour({ groupBy: ["host", "term"] });
    const steps = [
      { at: 0, host: "a.test", term: "red" },
      { at: 1, host: "a.test", term: "blue" },
      { at: 2, host: "b.test", term: "red" },
      { at: 3, host: "a.test", term: "red" },
      { at: 4, host: "a.test", term: "red" },
    ];
    expect(run(grouped, steps).fired).toEqual([false, false, false, false, true]);
  });

  test("a match that lacks a field of group-by belongs to no group", () => {
    const grouped = behaviour({ groupBy: ["host"] });
    const { memory, fired } = run(grouped, times([0, 1, 2]));
    expect(fired).toEqual([false, false, false]);
    expect(memory.groups).toEqual([]);
  });

  test("nothing that a match was about is remembered in clear", () => {
    const grouped = behaviour({ groupBy: ["host", "term"] });
    const kept = JSON.stringify(run(grouped, [{ at: 0, host: "canary.test", term: "sparrow" }]).memory);
    expect(kept).not.toMatch(/canary|sparrow/);
  });
});

describe("clocks", () => {
  test("a match that was stamped by a clock far ahead is forgotten once the clock is right", () => {
    const steps = [{ at: 500_000 }, { at: 500_001 }, { at: 10 }];
    const { fired, memory } = run(behaviour(), steps);
    expect(fired).toEqual([false, false, false]);
    expect(memory.groups[0]?.matches.length).toBe(1);
  });

  test("a small step back loses nothing, and never joins what lies further apart than the timespan", () => {
    expect(run(behaviour(), times([50, 60, 20])).fired).toEqual([false, false, true]);
    expect(run(behaviour(), times([0, 100, 150, 60])).fired).toEqual([false, false, false, true]);
    // 0 and 120 lie on either side of 60, and 120 seconds apart.
    expect(run(behaviour(), [{ at: 20 }, { at: 120 }, { at: 119 }, { at: 60 }]).fired.at(-1)).toBe(true);
    expect(run(behaviour(), [{ at: 0 }, { at: 120, now: 100 }, { at: 60 }]).satisfied).toEqual([
      undefined,
      undefined,
      { count: 3, windowSeconds: 100 },
    ]);
  });

  test("after a step back, matches that lie further apart than the timespan never count together", () => {
    // At 100, with a clock that stood at 150 before: 10 was reported late.
    const apart = [{ at: 150 }, { at: 10, now: 100 }, { at: 100 }];
    expect(run(behaviour(), apart).fired).toEqual([false, false, false]);
    const two = behaviour({ condition: { op: "gte", count: 2 } });
    expect(run(two, apart).satisfied.at(-1)).toEqual({ count: 2, windowSeconds: 90 });
    // The later span satisfies the rule where the earlier does not.
    const later = [{ at: 150 }, { at: 150 }, { at: 10, now: 100 }, { at: 100 }];
    expect(run(behaviour(), later).satisfied.at(-1)).toEqual({ count: 3, windowSeconds: 50 });
    const ordered = behaviour({ kind: "temporal_ordered", rules: ["a", "b"] });
    const row = [
      { at: 150, rule: "b" },
      { at: 10, now: 100, rule: "b" },
      { at: 100, rule: "a" },
    ];
    expect(run(ordered, row).satisfied.at(-1)).toEqual({ count: 2, windowSeconds: 50 });
  });

  test("a match that is late by just the timespan still counts", () => {
    expect(run(behaviour(), [{ at: 100 }, { at: 101 }, { at: 1, now: 101 }]).fired).toEqual([false, false, true]);
  });

  test("a match ahead of trusted time counts as now, one further back than the timespan not at all", () => {
    expect(run(behaviour(), [{ at: 0 }, { at: 900, now: 50 }, { at: 60 }]).fired).toEqual([false, false, true]);
    expect(run(behaviour(), [{ at: 150 }, { at: 151 }, { at: 49, now: 150 }]).fired).toEqual([false, false, false]);
  });
});

describe("bounds", () => {
  test("a group forgets its oldest match, a rule the group that was fed longest ago", () => {
    const rule = behaviour({ groupBy: ["host"], timespanSeconds: 31 * 86_400 });
    const { memory } = run(
      rule,
      times([...Array(600).keys()]).map((step) => ({ ...step, host: "a.test" })),
    );
    expect(memory.groups.map(({ matches }) => matches.length)).toEqual([ruleLimits.behaviourGroupMemory]);
    expect(memory.groups[0]?.matches[0]?.at).toBe(start + 600 - ruleLimits.behaviourGroupMemory);
    const hosts = run(
      rule,
      times([...Array(100).keys()]).map((step) => ({ ...step, host: `h${step.at}.test` })),
    );
    expect(hosts.memory.groups.length).toBe(ruleLimits.behaviourGroups);
    const again = stepBehaviour(
      rule,
      hosts.memory,
      { ruleId: "a", at: start + 200, host: "h99.test", term: undefined, device: undefined },
      start + 200,
    );
    expect(again.memory.groups.at(-1)?.matches.length).toBe(2);
  });

  test("a rule's groups together stay within its memory", () => {
    const rule = behaviour({ groupBy: ["host"], timespanSeconds: 31 * 86_400 });
    const steps = [...Array(20 * 150).keys()].map((at) => ({ at, host: `h${at % 20}.test` }));
    const { memory } = run(rule, steps);
    const total = memory.groups.reduce((sum, { matches }) => sum + matches.length, 0);
    expect(total).toBeLessThanOrEqual(ruleLimits.behaviourMemory);
    expect(total).toBeGreaterThan(ruleLimits.behaviourMemory - 150);
  });

  test("a rule remembers just as many matches as it may", () => {
    const rule = behaviour({ groupBy: ["host"], timespanSeconds: 31 * 86_400 });
    const steps = [...Array(ruleLimits.behaviourMemory).keys()].map((at) => ({ at, host: `h${at % 20}.test` }));
    const total = run(rule, steps).memory.groups.reduce((sum, { matches }) => sum + matches.length, 0);
    expect(total).toBe(ruleLimits.behaviourMemory);
  });

  test("a match older than all that a full group remembers is forgotten at once", () => {
    const full = times([...Array(ruleLimits.behaviourGroupMemory).keys()].map((i) => 10 + i));
    const rule = behaviour({ timespanSeconds: 1_000 });
    const { satisfied, memory } = run(rule, [...full, { at: 5, now: 400 }]);
    expect(satisfied.at(-1)).toBeUndefined();
    expect(memory.groups[0]?.matches[0]?.at).toBe(start + 10);
  });

  test("what is over is forgotten, group by group; where nothing is, the memory is the same", () => {
    const rule = behaviour({ groupBy: ["host"] });
    const { memory } = run(rule, [
      { at: 0, host: "a.test" },
      { at: 60, host: "b.test" },
    ]);
    expect(forgetDistant(memory, 100, start + 100)).toBe(memory);
    expect(forgetDistant(memory, 100, start + 101).groups.map(({ matches }) => matches)).toEqual([
      [{ at: start + 60, rule: 0, value: "" }],
    ]);
    expect(forgetDistant(memory, 100, start + 161).groups).toEqual([]);
  });

  test("a stored memory of another shape is refused", () => {
    const one = { at: 1, rule: 0, value: "0123456789abcdef" };
    const parses = (change: object) =>
      BehaviourMemory.safeParse({ v: 1, revision: 1, groups: [{ key: "", matches: [{ ...one, ...change }] }] }).success;
    expect(parses({})).toBe(true);
    expect(parses({ value: "" })).toBe(true);
    for (const value of ["x0123456789abcdef", "0123456789abcdefx", "abc", "0123456789ABCDEF"]) {
      expect(parses({ value })).toBe(false);
    }
    expect(parses({ rule: ruleLimits.rulesPerBehaviour - 1 })).toBe(true);
    expect(parses({ rule: ruleLimits.rulesPerBehaviour })).toBe(false);
    expect(parses({ rule: -1 })).toBe(false);
    expect(parses({ more: 1 })).toBe(false);
  });

  test("another revision of the rule begins with nothing", () => {
    const { memory } = run(behaviour(), times([0, 1]));
    const fed = { ruleId: "a", at: start + 2, host: undefined, term: undefined, device: undefined };
    expect(stepBehaviour(behaviour({ revision: 2 }), memory, fed, start + 2).satisfied).toBeUndefined();
    expect(stepBehaviour(behaviour(), memory, fed, start + 2).satisfied).toBeDefined();
  });
});

test("the examples of a rule are replayed as it would see them", () => {
  expect(
    replay(
      behaviour(),
      [0, 50, 100].map((after) => ({ rule: "a", after })),
    ),
  ).toBe(true);
  expect(
    replay(
      behaviour(),
      [0, 50, 101].map((after) => ({ rule: "a", after })),
    ),
  ).toBe(false);
  expect(
    replay(
      behaviour(),
      [50, 0, 101].map((after) => ({ rule: "a", after })),
    ),
  ).toBe(false);
});
