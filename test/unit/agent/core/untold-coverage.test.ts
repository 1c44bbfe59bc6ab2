import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CoverageInterval } from "@overt/agent/core/coverage.ts";
import { Event } from "@overt/shared/protocol/event.ts";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Device, openDevice, openTestAgency, startedAt, type TestAgency } from "../../../support/agent-session.ts";
import { readPayload } from "../../../support/fake-ingest.ts";

const folder = mkdtempSync(join(tmpdir(), "overt-agency-"));
let world: TestAgency;
beforeAll(async () => {
  world = await openTestAgency(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Every interval that the device's chain tells, in the order of its records. */
function told({ journal }: Device): CoverageInterval[] {
  const records = [...journal.list(undefined, 100_000)].reverse().filter((record) => record.type === "event");
  const events = records.map((record) => Event.parse(readPayload(record.envelope)));
  return events.flatMap((event) => (event.kind === "coverage" ? event.intervals : []));
}

function run(device: Device, seconds: number): void {
  for (let passed = 0; passed < seconds; passed += 5) {
    device.pass(5);
    device.showNotice();
    device.session.tick();
  }
}
const lengthOf = (intervals: readonly CoverageInterval[], state: CoverageInterval["state"]) =>
  intervals.filter((one) => one.state === state).reduce((sum, one) => sum + one.to - one.from, 0);

describe("coverage that was not told yet", () => {
  test("outlives a kill: what was seen until the last look at the clock is told as seen, what is behind it is not", () => {
    let device = openDevice(world);
    run(device, 250);
    const before = lengthOf(told(device), "seen");
    expect(before).toBeLessThan(120);
    device.pass(4);
    // Reopened with nothing told or closed, as after a kill.
    device = device.reopen();
    device.session.flush();
    const intervals = told(device);
    expect(intervals.at(-1)).toEqual({
      ...{ from: startedAt + 250, to: startedAt + 254 },
      ...{ state: "not-seen", reason: "sensor-unavailable" },
    });
    expect(lengthOf(intervals, "seen")).toBe(245);
  });

  test("is told once, however often the agent is killed before it tells anything", () => {
    let device = openDevice(world);
    for (let kill = 0; kill < 12; kill++) {
      run(device, 20);
      device.pass(10);
      device = device.reopen();
    }
    expect(told(device)).toEqual([]);
    device.session.flush();
    device = device.reopen();
    device.session.flush();
    const intervals = told(device);
    expect(lengthOf(intervals, "not-seen")).toBe(12 * 15);
    expect(lengthOf(intervals, "seen")).toBe(12 * 15);
  });

  test("and that cannot be read is not told as seen", () => {
    let device = openDevice(world);
    run(device, 40);
    device.journal.writeState({ coverage: { v: 1, intervals: [{ state: "seen" }], until: startedAt } });
    device = device.reopen();
    device.session.flush();
    expect(lengthOf(told(device), "seen")).toBe(0);
  });

  test("with kills at any moment: no second is told twice or left out, and none as seen that was not", () => {
    const act = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({ do: fc.constant("tick" as const), seconds: fc.integer({ min: 1, max: 60 }) }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ do: fc.constant("sleep" as const), seconds: fc.integer({ min: 91, max: 9_000 }) }),
      },
      {
        weight: 2,
        arbitrary: fc.record({ do: fc.constant("kill" as const), seconds: fc.integer({ min: 0, max: 400 }) }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ do: fc.constant("restart" as const), seconds: fc.integer({ min: 2, max: 400 }) }),
      },
      { weight: 2, arbitrary: fc.constant({ do: "switch" as const, seconds: 0 }) },
    );
    fc.assert(
      fc.property(fc.array(act, { minLength: 5, maxLength: 40 }), (acts) => {
        let device = openDevice(world);
        let connected = true;
        /** Seconds that a run of the agent saw from one look at the clock to the next. */
        let seen = 0;
        let at = 0;
        let seeing = false;
        for (const { do: what, seconds } of acts) {
          device.pass(seconds);
          at += seconds;
          if (what === "switch") connected = !connected;
          if (what === "kill" || what === "restart") device = device.reopen({ restart: what === "restart" });
          if (what === "kill" || what === "restart") seeing = false;
          if (what !== "tick" && what !== "sleep") continue;
          if (seeing && what === "tick") seen += seconds;
          device.browserConnected = connected;
          device.showNotice();
          device.session.tick();
          seeing = connected;
        }
        device = device.reopen();
        device.session.flush();
        const intervals = told(device);
        expect(lengthOf(intervals, "seen")).toBe(seen);
        expect(intervals.length === 0 ? 0 : (intervals.at(-1)?.to ?? 0) - startedAt).toBe(at);
        for (const [i, one] of intervals.entries()) {
          expect(one.to).toBeGreaterThan(one.from);
          expect(one.from).toBe(i === 0 ? startedAt : intervals[i - 1]?.to);
        }
      }),
      { numRuns: Math.min(500, Number(process.env["PROPERTY_RUNS"] ?? 6)) },
    );
  }, 900_000);
});
