import { claimAlert } from "@overt/server/domain/claim.ts";
import { project } from "@overt/server/domain/project.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ConsoleWorld, monday, openConsoleWorld } from "../../../support/console-world.ts";

let world: ConsoleWorld;
beforeEach(async () => {
  world = await openConsoleWorld();
});
afterEach(() => world.close());

const scope = { group: "group-a" };
const list = () => world.store.alerts.listWaiting(scope, undefined, 100);

describe("taking records in from ingest", () => {
  test("matches of one device, rule and clause within half an hour make one alert", async () => {
    const device = world.ingest.addDevice(world.order);
    const other = world.ingest.addDevice(world.order, "other");
    device.match({ at: monday, count: 2 });
    device.match({ at: monday + 1_800, severity: "high" });
    device.match({ at: monday + 1_801 });
    device.match({ at: monday, ruleId: "another-rule" });
    other.match({ at: monday });
    await world.poll();
    const alerts = await list();
    expect(
      alerts.map(({ deviceId, ruleId, events, matches, severity }) => [deviceId, ruleId, events, matches, severity]),
    ).toEqual(
      expect.arrayContaining([
        [device.deviceId, "example-rule", 2, 3, "high"],
        [device.deviceId, "example-rule", 1, 1, "normal"],
        [device.deviceId, "another-rule", 1, 1, "normal"],
        [other.deviceId, "example-rule", 1, 1, "normal"],
      ]),
    );
    expect(alerts).toHaveLength(4);
  });

  test("a claimed alert does not grow under the reviewer's hands", async () => {
    const device = world.ingest.addDevice(world.order);
    device.match();
    await world.poll();
    await claimAlert(world.services, world.actor("reviewer-1"), 1);
    device.match();
    await world.poll();
    expect((await list()).map((alert) => alert.events)).toEqual([1, 1]);
  });

  test("a record counts once, however often the console looks", async () => {
    world.ingest.addDevice(world.order).match();
    expect(await world.poll()).toBe(1);
    expect(await world.poll()).toBe(0);
    expect(await list()).toMatchObject([{ events: 1, matches: 1 }]);
  });

  test("a console that dies inside a batch takes the whole batch again", async () => {
    const device = world.ingest.addDevice(world.order);
    device.match();
    device.match({ ruleId: "another-rule" });
    const dying = { ...world.services, now: failAfter(1, world.services.now) };
    await expect(project(dying)).rejects.toThrow("the power went");
    expect(await list()).toEqual([]);
    await world.poll();
    expect(await list()).toHaveLength(2);
  });

  test("a statement stands with the alert whose event it speaks to", async () => {
    const device = world.ingest.addDevice(world.order);
    const event = device.match();
    device.state("it was an advert", event);
    device.state("about nothing in particular");
    await world.poll();
    expect(await list()).toMatchObject([{ statements: 1 }]);
    expect(await world.store.alerts.listStatements(1)).toMatchObject([{ kind: "explain", deviceId: device.deviceId }]);
  });

  test("coverage and pauses go to the device and make no alert", async () => {
    const device = world.ingest.addDevice(world.order);
    const interval = { from: monday - 600, to: monday, state: "not-seen", reason: "asleep" } as const;
    device.add({ kind: "coverage", at: monday, intervals: [interval] });
    device.add({ kind: "pause", at: monday, reason: "not-me" });
    await world.poll();
    expect(await list()).toEqual([]);
    expect(await world.store.devices.listCoverage(device.deviceId, 0)).toEqual([interval]);
    expect(await world.store.devices.listLife(device.deviceId, 9)).toMatchObject([{ kind: "pause", reason: "not-me" }]);
  });

  test("pages of the queue neither repeat nor miss an alert", async () => {
    const device = world.ingest.addDevice(world.order);
    for (let i = 0; i < 23; i++) device.match({ ruleId: `rule-${i}`, severity: i % 2 === 0 ? "low" : "normal" });
    await world.poll();
    const seen: number[] = [];
    let after: { dueAt: number; alertId: number } | undefined;
    for (;;) {
      const page = await world.store.alerts.listWaiting(scope, after, 5);
      seen.push(...page.map((alert) => alert.alertId));
      after = page.at(-1);
      if (after === undefined) break;
    }
    expect(new Set(seen).size).toBe(23);
    expect(seen).toHaveLength(23);
  });
});

function failAfter(calls: number, now: () => number): () => number {
  let left = calls;
  return () => {
    left--;
    if (left < 0) throw new Error("the power went");
    return now();
  };
}
