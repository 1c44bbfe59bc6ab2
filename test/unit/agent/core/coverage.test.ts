import { type Conditions, judgeCoverage, openCoverageLedger } from "@overt/agent/core/coverage.ts";
import { limits } from "@overt/shared/limits.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const allSeen: Conditions = {
  paused: false,
  noticeLive: true,
  accountCovered: true,
  rules: "in-force",
  extensionConnected: true,
  orderUnconfirmed: false,
  withinHours: true,
  journalFull: false,
};

describe("coverage", () => {
  test.each<[Partial<Conditions>, string]>([
    [{}, "seen ok"],
    [{ paused: true }, "not-seen paused"],
    [{ noticeLive: false }, "not-seen notice-not-live"],
    [{ accountCovered: false }, "not-seen account-not-covered"],
    [{ rules: "expired" }, "not-seen rules-expired"],
    [{ rules: "none" }, "not-seen starting"],
    [{ rules: "stale" }, "partly rules-stale"],
    [{ rules: "damaged" }, "partly rules-damaged"],
    [{ extensionConnected: false }, "not-seen extension-missing"],
    [{ orderUnconfirmed: true }, "partly order-unconfirmed"],
    [{ withinHours: false }, "not-seen outside-hours"],
    [{ journalFull: true }, "not-seen journal-full"],
  ])("%o is told as %s", (change, told) => {
    const { state, reason } = judgeCoverage({ ...allSeen, ...change });
    expect(`${state} ${reason}`).toBe(told);
  });

  test("a change is told after a minute, what stays after five, and nothing twice", () => {
    const ledger = openCoverageLedger(0);
    const tellings: number[] = [];
    for (let at = 0; at <= 900; at += 5) {
      ledger.tick(at, { ...allSeen, noticeLive: at >= 400 });
      if (ledger.take(at)) tellings.push(at);
    }
    expect(tellings).toEqual([60, 360, 420, 720]);
  });

  test("never more intervals than an event holds, in order, and never claiming more than was seen", () => {
    const step = fc.record({ seconds: fc.integer({ min: 1, max: 200 }), live: fc.boolean(), full: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 600 }), (steps) => {
        const ledger = openCoverageLedger(0);
        let at = 0;
        /** Seconds in which everything could be seen: no more may be claimed. */
        let seconds = 0;
        let seeing = false;
        for (const { seconds: passed, live, full } of steps) {
          at += passed;
          if (seeing && passed <= 90) seconds += passed;
          ledger.tick(at, { ...allSeen, noticeLive: live, journalFull: full });
          seeing = live && !full;
        }
        const intervals = ledger.take(at, true) ?? [];
        const claimed = intervals
          .filter((one) => one.state === "seen")
          .reduce((sum, one) => sum + one.to - one.from, 0);
        expect(claimed).toBeLessThanOrEqual(seconds);
        expect(intervals.length).toBeLessThanOrEqual(limits.coverageIntervals);
        for (const [i, one] of intervals.entries()) {
          expect(one.to).toBeGreaterThanOrEqual(one.from);
          if (i > 0) expect(one.from).toBe(intervals[i - 1]?.to);
        }
      }),
      { numRuns: 60 },
    );
  });
});
