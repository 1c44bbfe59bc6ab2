import { claimAlert, claimNext, extendLease, releaseLease } from "@overt/server/domain/claim.ts";
import { decideAlert } from "@overt/server/domain/decide.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ConsoleWorld, openConsoleWorld } from "../../../support/console-world.ts";

let world: ConsoleWorld;
beforeEach(async () => {
  world = await openConsoleWorld();
});
afterEach(() => world.close());

const draft = {
  outcome: "false-match",
  reasonCode: "another-meaning",
  told: "typed words",
  privateNote: "mine",
  savedAt: 1,
};
const verdict = { outcome: "false-match", reasonCode: "another-meaning", told: "", privateNote: "" } as const;

/** So many alerts of their own: matches half a day apart do not group. */
async function addAlerts(count: number): Promise<void> {
  const device = world.ingest.addDevice(world.order);
  for (let i = 0; i < count; i++) device.match({ at: world.clock.now - i * 40_000 });
  await world.poll();
}

describe("a claim", () => {
  test("two reviewers racing for 1,000 alerts never hold or decide one twice", async () => {
    await addAlerts(1_000);
    const race = async (reviewerId: string) => {
      const actor = world.actor(reviewerId);
      const decided: number[] = [];
      for (let alertId = 1; alertId <= 1_000; alertId++) {
        const claim = await claimAlert(world.services, actor, alertId).catch(() => undefined);
        if (claim === undefined) continue;
        await decideAlert(world.services, actor, { alertId, leaseId: claim.leaseId, ...verdict });
        decided.push(alertId);
      }
      return decided;
    };
    const [first, second] = await Promise.all([race("reviewer-1"), race("reviewer-2")]);
    expect([...first, ...second].sort((a, b) => a - b)).toEqual(Array.from({ length: 1_000 }, (_, i) => i + 1));
    const counts = await Promise.all(
      Array.from({ length: 1_000 }, async (_, i) => (await world.store.decisions.list(i + 1)).length),
    );
    expect(new Set(counts)).toEqual(new Set([1]));
  });

  test("of two reviewers at the same moment one is told that the alert is taken", async () => {
    await addAlerts(1);
    const tries = await Promise.allSettled(
      ["reviewer-1", "reviewer-2"].map((id) => claimAlert(world.services, world.actor(id), 1)),
    );
    const refused = tries.filter((each) => each.status === "rejected");
    expect(refused).toHaveLength(1);
    expect(refused[0]?.reason).toMatchObject({ code: "ALREADY_CLAIMED", message: expect.stringContaining("ago") });
  });

  test("a reviewer holds at most three", async () => {
    await addAlerts(4);
    for (const alertId of [1, 2, 3]) await claimAlert(world.services, world.actor("reviewer-1"), alertId);
    await expect(claimAlert(world.services, world.actor("reviewer-1"), 4)).rejects.toMatchObject({
      code: "CLAIM_LIMIT",
    });
  });

  test("a lease that ended returns the alert and keeps the draft", async () => {
    await addAlerts(1);
    const { leaseId } = await claimAlert(world.services, world.actor("reviewer-1"), 1);
    await world.store.claims.saveDraft(1, "reviewer-1", draft);
    world.clock.now += 601;
    await expect(extendLease(world.services, world.actor("reviewer-1"), 1, leaseId)).rejects.toMatchObject({
      code: "LEASE_LOST",
    });
    await claimAlert(world.services, world.actor("reviewer-2"), 1);
    await expect(
      decideAlert(world.services, world.actor("reviewer-1"), { alertId: 1, leaseId, ...verdict }),
    ).rejects.toMatchObject({ code: "LEASE_LOST" });
    expect(await world.store.claims.findDraft(1, "reviewer-1")).toEqual(draft);
    expect(await world.store.claims.findDraft(1, "reviewer-2")).toBeUndefined();
  });

  test("an extended lease lasts ten minutes from then", async () => {
    await addAlerts(1);
    const actor = world.actor("reviewer-1");
    const { leaseId } = await claimAlert(world.services, actor, 1);
    world.clock.now += 599;
    await extendLease(world.services, actor, 1, leaseId);
    world.clock.now += 599;
    await decideAlert(world.services, actor, { alertId: 1, leaseId, ...verdict });
  });

  test("claiming again what one holds fences the older tab off", async () => {
    await addAlerts(1);
    const actor = world.actor("reviewer-1");
    const older = await claimAlert(world.services, actor, 1);
    const newer = await claimAlert(world.services, actor, 1);
    await expect(
      decideAlert(world.services, actor, { alertId: 1, leaseId: older.leaseId, ...verdict }),
    ).rejects.toMatchObject({ code: "LEASE_LOST" });
    await decideAlert(world.services, actor, { alertId: 1, leaseId: newer.leaseId, ...verdict });
  });

  test("another group's reviewer finds nothing to claim", async () => {
    await addAlerts(1);
    const stranger = world.actor("stranger-1");
    await expect(claimAlert(world.services, stranger, 1)).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await claimNext(world.services, stranger)).toBeUndefined();
  });

  test("the next alert is the one due first among the free ones", async () => {
    const device = world.ingest.addDevice(world.order);
    for (const severity of ["low", "urgent", "high"] as const) device.match({ severity, ruleId: `rule-${severity}` });
    await world.poll();
    const actor = world.actor("reviewer-1");
    expect(await claimNext(world.services, actor)).toBe(2);
    expect(await claimNext(world.services, world.actor("reviewer-2"))).toBe(3);
    expect(await claimNext(world.services, actor)).toBe(1);
  });

  test("an alert given back is free at once", async () => {
    await addAlerts(1);
    const { leaseId } = await claimAlert(world.services, world.actor("reviewer-1"), 1);
    await releaseLease(world.services, world.actor("reviewer-1"), 1, leaseId);
    await claimAlert(world.services, world.actor("reviewer-2"), 1);
  });
});
