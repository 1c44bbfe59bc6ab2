import { openTrustedTime, type TimeState, TimeState as TimeStateSchema } from "@overt/agent/core/trusted-time.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const start = 1_800_000_000;
function machine() {
  let [wall, uptime, boot] = [start, 50, 1];
  return {
    clock: {
      wall: () => wall,
      uptime: () => uptime,
      get bootMarker() {
        return `boot-${boot}`;
      },
    },
    pass(seconds: number) {
      wall += seconds;
      uptime += seconds;
    },
    step(seconds: number) {
      wall += seconds;
    },
    restart(off: number) {
      wall += off;
      uptime = 1;
      boot++;
    },
  };
}
let ids = 0;
const bootId = () => (++ids).toString(16).padStart(32, "0");
const open = (m: ReturnType<typeof machine>, state?: TimeState) =>
  openTrustedTime({ clock: m.clock, state, firstAttestedAt: start, bootId });

describe("trusted time", () => {
  test("follows uptime, not the system clock, once somebody vouched for it", () => {
    const m = machine();
    const time = open(m);
    m.pass(100);
    m.step(-86_400);
    m.step(7 * 86_400);
    expect(time.now()).toBe(start + 100);
    expect(time.stamp().elapsedSeconds).toBe(100);
  });
  test("an attested time sets it forward and never back below what has passed", () => {
    const m = machine();
    const time = open(m);
    m.pass(1_000);
    time.attest(start + 10);
    expect(time.now()).toBe(start + 1_000);
    time.attest(start + 2_000);
    expect(time.now()).toBe(start + 2_000);
  });
  test("an officer's signed time sets a bad floor back", () => {
    const m = machine();
    const time = open(m);
    time.attest(start + 10 * 365 * 86_400);
    time.reset(start + 60);
    expect(time.now()).toBe(start + 60);
  });
  test("after a restart the system clock counts, not below the last trusted time, until somebody vouches again", () => {
    const m = machine();
    const before = open(m);
    m.pass(500);
    const kept = TimeStateSchema.parse(JSON.parse(JSON.stringify(before.state())));
    m.restart(3_600);
    const after = open(m, kept);
    expect(after.attested()).toBe(false);
    expect(after.now()).toBe(start + 4_100);
    expect(after.stamp()).toMatchObject({ elapsedSeconds: 4_100 });
    expect(after.stamp().bootId).not.toBe(before.stamp().bootId);
    after.attest(start + 4_000);
    expect([after.attested(), after.now()]).toEqual([true, start + 4_000]);
    m.step(-30 * 86_400);
    m.restart(10);
    expect(open(m, after.state()).now()).toBe(start + 4_000);
  });
  test("a restart of the agent alone changes nothing, not even the boot's id", () => {
    const m = machine();
    const before = open(m);
    m.pass(500);
    const kept = before.state();
    m.step(-86_400);
    m.pass(10);
    const after = open(m, kept);
    expect([after.now(), after.attested(), after.stamp().bootId]).toEqual([start + 510, true, before.stamp().bootId]);
    expect(after.takeStep()).toBe(-86_400);
  });
  test("tells a step of the clock once, and no drift", () => {
    const m = machine();
    const time = open(m);
    m.step(200);
    expect(time.takeStep()).toBeUndefined();
    m.step(4_000);
    expect(time.takeStep()).toBe(4_000);
    expect(time.takeStep()).toBeUndefined();
  });
  test("never runs backwards, whatever is done to the clock, but by an attested or officer's time", () => {
    const act = fc.oneof(
      fc.record({ do: fc.constant("pass" as const), by: fc.integer({ min: 0, max: 100_000 }) }),
      fc.record({ do: fc.constant("step" as const), by: fc.integer({ min: -10_000_000, max: 10_000_000 }) }),
      fc.record({ do: fc.constant("restart" as const), by: fc.integer({ min: -10_000_000, max: 10_000_000 }) }),
      fc.record({ do: fc.constant("reopen" as const), by: fc.constant(0) }),
    );
    fc.assert(
      fc.property(fc.array(act, { maxLength: 30 }), (acts) => {
        const m = machine();
        let time = open(m);
        let last = time.now();
        for (const { do: what, by } of acts) {
          const kept = time.state();
          if (what === "reopen") time = open(m, kept);
          else if (what === "restart") {
            m.restart(by);
            time = open(m, kept);
          } else m[what](by);
          expect(time.now()).toBeGreaterThanOrEqual(last);
          last = time.now();
        }
      }),
    );
  });
});
