import { ruleLimits } from "@overt/shared/rules/limits.ts";
import { emptySuppression, Suppression, stepSuppression, takeSuppressed } from "@overt/shared/rules/suppress.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const limits = { ruleId: "a", cooldownSeconds: 60, budgetPerDay: 2 };

describe("suppression", () => {
  test("a match within the cooldown is held back and counted in the next alert", () => {
    let step = stepSuppression(emptySuppression, limits, 1_000, 1);
    expect(step).toMatchObject({ emit: true, count: 1, windowSeconds: 0 });
    step = stepSuppression(step.state, limits, 1_059, 1);
    expect(step.emit).toBe(false);
    step = stepSuppression(step.state, limits, 1_060, 1);
    expect(step).toMatchObject({ emit: true, count: 2, windowSeconds: 60 });
  });

  test("the budget is a local day's", () => {
    let state = emptySuppression;
    const at = (seconds: number, day: number) => {
      const step = stepSuppression(state, limits, seconds, day);
      state = step.state;
      return step.emit;
    };
    expect([at(0, 1), at(100, 1), at(200, 1), at(300, 2)]).toEqual([true, true, false, true]);
  });

  test("nothing is lost: every match is an alert, counted in one, or held", () => {
    const matches = fc.array(fc.record({ gap: fc.integer({ min: -50, max: 200 }), day: fc.nat(3) }), { maxLength: 60 });
    fc.assert(
      fc.property(matches, (list) => {
        let state: Suppression = emptySuppression;
        let at = 10_000;
        let counted = 0;
        for (const { gap, day } of list) {
          at += gap;
          const step = stepSuppression(state, limits, at, day);
          state = JSON.parse(JSON.stringify(step.state)) as Suppression;
          counted += step.count;
        }
        expect(counted + (state.tallies[0]?.held ?? 0)).toBe(list.length);
      }),
    );
  });

  test("a time earlier than the last counts as the last: a step back is not made up for by a second alert", () => {
    const free = { ...limits, cooldownSeconds: 0, budgetPerDay: 9 };
    const early = stepSuppression(stepSuppression(emptySuppression, free, 1_000, 1).state, free, 500, 1);
    expect(early.emit).toBe(true);
    expect(early.state.tallies[0]?.lastAt).toBe(1_000);
    expect(stepSuppression(early.state, limits, 600, 1).emit).toBe(false);
    const held = stepSuppression({ v: 1, tallies: [{ ...early.state.tallies[0], held: 1 } as never] }, free, 900, 1);
    expect(held).toMatchObject({ emit: true, count: 2, windowSeconds: 0 });
  });

  test("the heartbeat takes each held match once", () => {
    const once = stepSuppression(stepSuppression(emptySuppression, limits, 0, 1).state, limits, 1, 1);
    const taken = takeSuppressed(once.state);
    expect(taken.counts).toEqual([{ ruleId: "a", suppressed: 1 }]);
    expect(takeSuppressed(taken.state).counts).toEqual([]);
  });

  test("rules are counted by themselves: what one holds back, another's alert does not stand for", () => {
    const other = { ...limits, ruleId: "b" };
    const first = stepSuppression(emptySuppression, limits, 100, 1);
    const second = stepSuppression(first.state, other, 101, 1);
    expect(second).toMatchObject({ emit: true, count: 1 });
    expect(second.state.tallies.map(({ ruleId }) => ruleId)).toEqual(["a", "b"]);
    const held = stepSuppression(second.state, limits, 102, 1);
    expect(held.emit).toBe(false);
    expect(held.state.tallies).toEqual([
      { ruleId: "b", lastAt: 101, held: 0, day: 1, used: 1, unreported: 0 },
      { ruleId: "a", lastAt: 100, held: 1, day: 1, used: 1, unreported: 1 },
    ]);
  });

  test("an alert that stands for itself alone spans no time, however long after the last", () => {
    const first = stepSuppression(emptySuppression, limits, 100, 1);
    expect(stepSuppression(first.state, limits, 900, 1)).toMatchObject({ emit: true, count: 1, windowSeconds: 0 });
  });

  test("a clock set back neither ends the cooldown nor brings a new day's budget", () => {
    const first = stepSuppression(emptySuppression, limits, 1_000, 5);
    const back = stepSuppression(first.state, limits, 10, 4);
    expect(back.emit).toBe(false);
    expect(back.state.tallies[0]).toMatchObject({ lastAt: 1_000, day: 5, used: 1 });
    expect(stepSuppression(back.state, limits, 1_059, 5).emit).toBe(false);
    expect(stepSuppression(back.state, limits, 1_060, 5).emit).toBe(true);
  });

  test("where the budget was spent before any alert of a rule, the first alert spans no time", () => {
    const spent: Suppression = {
      v: 1,
      tallies: [{ ruleId: "a", held: 3, day: 1, used: 2, unreported: 3 }],
    };
    const held = stepSuppression(spent, limits, 500, 1);
    expect(held.state.tallies).toEqual([{ ruleId: "a", held: 4, day: 1, used: 2, unreported: 4 }]);
    expect(Object.keys(held.state.tallies[0] ?? {})).not.toContain("lastAt");
    expect(stepSuppression(held.state, limits, 600, 2)).toMatchObject({ emit: true, count: 5, windowSeconds: 0 });
  });

  test("taking what was held back leaves everything else as it was", () => {
    const once = stepSuppression(stepSuppression(emptySuppression, limits, 0, 1).state, limits, 1, 1).state;
    expect(takeSuppressed(once).state).toEqual({
      v: 1,
      tallies: once.tallies.map((tally) => ({ ...tally, unreported: 0 })),
    });
  });

  describe("what the journal gives back is taken", () => {
    const tally = { ruleId: "a", lastAt: 9, held: 1, day: 1, used: 1, unreported: 1 };
    const reads = (...tallies: readonly unknown[]) => Suppression.safeParse({ v: 1, tallies }).success;

    test("as it was written", () => {
      expect(reads()).toBe(true);
      expect(reads(tally)).toBe(true);
      const { lastAt: _, ...never } = tally;
      expect(reads({ ...never, held: 0, used: 0, unreported: 0 })).toBe(true);
    });

    test.each(["lastAt", "held", "used", "unreported"])(
      "unless its %s is below nothing or no whole number",
      (field) => {
        expect(reads({ ...tally, [field]: -1 })).toBe(false);
        expect(reads({ ...tally, [field]: 0.5 })).toBe(false);
      },
    );

    test("up to one tally for each rule that a rule set may have, and ids as long as those may be", () => {
      const most = ruleLimits.rules + ruleLimits.behaviours;
      expect(reads(...Array.from({ length: most }, () => tally))).toBe(true);
      expect(reads(...Array.from({ length: most + 1 }, () => tally))).toBe(false);
      expect(reads({ ...tally, ruleId: "a".repeat(64) })).toBe(true);
      expect(reads({ ...tally, ruleId: "a".repeat(65) })).toBe(false);
    });

    test("and nothing else", () => {
      expect(reads({ ...tally, more: 1 })).toBe(false);
      expect(reads({})).toBe(false);
    });
  });
});
