import { emptySuppression, type Suppression, stepSuppression, takeSuppressed } from "@overt/shared/rules/suppress.ts";
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

  test("the heartbeat takes each held match once", () => {
    const once = stepSuppression(stepSuppression(emptySuppression, limits, 0, 1).state, limits, 1, 1);
    const taken = takeSuppressed(once.state);
    expect(taken.counts).toEqual([{ ruleId: "a", suppressed: 1 }]);
    expect(takeSuppressed(taken.state).counts).toEqual([]);
  });
});
