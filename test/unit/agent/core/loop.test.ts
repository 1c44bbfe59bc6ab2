import { nextWait } from "@overt/agent/core/backoff.ts";
import { type Pause, startLoop } from "@overt/agent/core/loop.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { random } from "../../../support/agent-journal.ts";

/** A loop whose waits end when the test says so, or by a wake. */
function handled(pauses: readonly Pause[]) {
  const waits: number[] = [];
  let turns = 0;
  let endWait: () => void = () => undefined;
  const faults: unknown[] = [];
  const loop = startLoop(
    async () => pauses[turns++] ?? 1,
    (seconds, signal) =>
      new Promise((done) => {
        waits.push(seconds);
        endWait = done;
        signal.addEventListener("abort", () => done());
      }),
    (error) => faults.push(error),
  );
  const settle = () => new Promise<void>((done) => setImmediate(done));
  return { loop, waits, faults, settle, turns: () => turns, endWait: () => endWait() };
}

describe("a loop", () => {
  test("waits as long as its step says, and a wake cuts that short", async () => {
    const { loop, waits, settle, turns } = handled([60, 30]);
    await settle();
    expect([turns(), waits]).toEqual([1, [60]]);
    loop.wake();
    await settle();
    expect([turns(), waits]).toEqual([2, [60, 30]]);
    await loop.stop();
  });
  test("no wake cuts a wait short that the other side asked for", async () => {
    const { loop, settle, turns, endWait } = handled([{ firm: 60 }, 30]);
    await settle();
    loop.wake();
    await settle();
    expect(turns()).toBe(1);
    endWait();
    await settle();
    expect(turns()).toBe(2);
    await loop.stop();
  });
  test("stops for good, and hands a fault of the program on", async () => {
    const { loop, settle, turns } = handled([60]);
    await settle();
    await loop.stop();
    loop.wake();
    await settle();
    expect(turns()).toBe(1);
    const faults: unknown[] = [];
    const failing = startLoop(
      () => Promise.reject(new TypeError("x")),
      () => Promise.resolve(),
      (error) => faults.push(error),
    );
    await failing.stop();
    expect(faults).toHaveLength(1);
  });
});

describe("the pause after a failure", () => {
  test("is drawn between what was asked for and a growing, bounded ceiling", () => {
    fc.assert(
      fc.property(fc.nat(1_000), fc.option(fc.nat(3_600), { nil: undefined }), (failures, asked) => {
        const wait = nextWait(failures, random, asked);
        expect(wait).toBeGreaterThanOrEqual(asked ?? 0);
        expect(wait).toBeLessThan((asked ?? 0) + Math.min(900, 2 * 2 ** Math.min(failures, 20)));
      }),
    );
  });
});
