import { claimAlert } from "@overt/server/domain/claim.ts";
import { decideAlert } from "@overt/server/domain/decide.ts";
import { confirmStatement, openStatement } from "@overt/server/domain/open-statement.ts";
import { buildRelay } from "@overt/server/domain/relay.ts";
import { parseBase64, parseUtf8 } from "@overt/shared/bytes.ts";
import { verifyEnvelope } from "@overt/shared/crypto/envelope.ts";
import { openSealed } from "@overt/shared/crypto/seal.ts";
import { limits } from "@overt/shared/limits.ts";
import { LeafType } from "@overt/shared/log/leaf.ts";
import { payloadTypes } from "@overt/shared/protocol/payload-types.ts";
import { Decision } from "@overt/shared/protocol/review.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ConsoleWorld, openConsoleWorld } from "../../../support/console-world.ts";
import type { SimulatedDevice } from "../../../support/ingest-store.ts";

let world: ConsoleWorld;
let device: SimulatedDevice;
let eventHash: string;
beforeEach(async () => {
  world = await openConsoleWorld();
  device = world.ingest.addDevice(world.order);
  eventHash = device.match();
  await world.poll();
});
afterEach(() => world.close());

const verdict = { outcome: "match-but-permitted", reasonCode: "work-or-education" } as const;
const words = { told: "We looked, and it is fine.", privateNote: "seen before" };

async function claim(reviewerId = "reviewer-1") {
  const actor = world.actor(reviewerId);
  const { leaseId } = await claimAlert(world.services, actor, 1);
  return { actor, request: { alertId: 1, leaseId, ...verdict, ...words } };
}

async function findDecision() {
  const pending = await world.store.outbox.listPending(1_000);
  const item = pending.map((each) => each.item).find((each) => each.leafType === LeafType.decision);
  if (item?.reply?.item.kind !== "decision") throw new Error("no decision was handed over");
  const spec = { payloadType: payloadTypes.decision, schema: Decision, keys: [world.services.signingKey.publicKey] };
  return {
    item,
    reply: item.reply.item,
    ...verifyEnvelope(item.reply.item.decision, { ...spec, maxBytes: limits.payload.decision }),
  };
}

describe("a decision", () => {
  test("is signed, names every event of the group, and tells the person in words that only the device opens", async () => {
    const { actor, request } = await claim();
    await decideAlert(world.services, actor, request);
    const { item, reply, value, hash } = await findDecision();
    expect(item.reply?.deviceId).toBe(device.deviceId);
    expect(item.hash).toBe(hash);
    expect(value).toMatchObject({ about: [eventHash], ...verdict, role: "reviewer", attested: "session" });
    const sealed = { blob: parseBase64(reply.toldBlob ?? ""), commitment: value.told?.commitment ?? "" };
    const opened = parseUtf8(openSealed({ ...sealed, ...device.boxKey }));
    expect(JSON.parse(opened)).toEqual({ v: 1, text: words.told });
  });

  test("never carries the private note out of the console", async () => {
    const { actor, request } = await claim();
    await decideAlert(world.services, actor, { ...request, privateNote: "canary-7731" });
    const out = JSON.stringify(await world.store.outbox.listPending(1_000));
    expect(out).not.toContain("canary-7731");
    expect(out).not.toContain(Buffer.from("canary-7731").toString("base64").slice(0, 12));
    expect(await world.store.decisions.list(1)).toMatchObject([{ privateNote: "canary-7731" }]);
  });

  test("is refused while a statement is unread, also one that came after the claim", async () => {
    const { actor, request } = await claim();
    const statementHash = device.state("please read this", eventHash);
    await world.poll();
    const decide = () => decideAlert(world.services, actor, request);
    await expect(decide()).rejects.toMatchObject({ code: "STATEMENT_NOT_READ" });
    const statement = { alertId: 1, leaseId: request.leaseId, statementHash };
    await openStatement(world.services, actor, statement);
    await expect(decide()).rejects.toMatchObject({ code: "STATEMENT_NOT_READ" });
    await confirmStatement(world.services, actor, { ...statement, result: "read" });
    await decide();
  });

  test("is not unlocked by a statement that was never released, or that a colleague read", async () => {
    const statementHash = device.state("please read this", eventHash);
    await world.poll();
    const { actor, request } = await claim();
    const statement = { alertId: 1, leaseId: request.leaseId, statementHash };
    await confirmStatement(world.services, actor, { ...statement, result: "read" });
    await expect(decideAlert(world.services, actor, request)).rejects.toMatchObject({ code: "STATEMENT_NOT_READ" });
    await openStatement(world.services, actor, statement);
    await confirmStatement(world.services, actor, { ...statement, result: "read" });
    world.clock.now += 601;
    const colleague = await claim("reviewer-2");
    await expect(decideAlert(world.services, colleague.actor, colleague.request)).rejects.toMatchObject({
      code: "STATEMENT_NOT_READ",
    });
  });

  test("goes on without words that the device did not send within a day", async () => {
    const statementHash = device.state("never sent", eventHash);
    world.ingest.blobs.clear();
    await world.poll();
    const first = await claim();
    const statement = { alertId: 1, statementHash };
    await expect(
      openStatement(world.services, first.actor, { ...statement, leaseId: first.request.leaseId }),
    ).rejects.toMatchObject({ code: "NOT_FOUND" });
    world.clock.now += 86_401;
    const { actor, request } = await claim();
    expect(await openStatement(world.services, actor, { ...statement, leaseId: request.leaseId })).toBe("missing");
    await decideAlert(world.services, actor, request);
  });

  test.each(["possible-breach", "out-of-scope"] as const)(
    "%s needs a passkey; the claim and the draft stay",
    async (outcome) => {
      const { actor, request } = await claim();
      await world.store.claims.saveDraft(1, actor.reviewerId, { ...words, outcome, reasonCode: "", savedAt: 1 });
      await expect(decideAlert(world.services, actor, { ...request, outcome })).rejects.toMatchObject({
        code: "PASSKEY_REQUIRED",
      });
      expect(await world.store.claims.findDraft(1, actor.reviewerId)).toMatchObject(words);
      await decideAlert(world.services, actor, request);
    },
  );

  test("is made once: the same lease decides nothing more", async () => {
    const { actor, request } = await claim();
    const tries = await Promise.allSettled([1, 2, 3].map(() => decideAlert(world.services, actor, request)));
    expect(tries.filter((each) => each.status === "fulfilled")).toHaveLength(1);
    expect(await world.store.decisions.list(1)).toHaveLength(1);
    await expect(claimAlert(world.services, world.actor("reviewer-2"), 1)).rejects.toMatchObject({
      code: "ALREADY_DECIDED",
    });
  });

  test("leaves the queue with its drafts, and no part of it is kept where the transaction fails", async () => {
    const { actor, request } = await claim();
    let calls = 0;
    const random = (n: number) => {
      calls++;
      if (calls > 5) throw new Error("the power went");
      return world.services.random(n);
    };
    await expect(decideAlert({ ...world.services, random }, actor, request)).rejects.toThrow();
    expect(await world.store.decisions.list(1)).toEqual([]);
    expect(await world.store.alerts.listWaiting({ group: "group-a" }, undefined, 9)).toHaveLength(1);
    await decideAlert(world.services, actor, request);
    expect(await world.store.alerts.listWaiting({ group: "group-a" }, undefined, 9)).toEqual([]);
  });

  test("is replaced only by somebody else whose role allows it; both are kept", async () => {
    const { actor, request } = await claim();
    const decisionId = await decideAlert(world.services, actor, request);
    const senior = await claim("senior-1");
    await decideAlert(world.services, senior.actor, { ...senior.request, outcome: "false-match" });
    expect(await world.store.decisions.list(1)).toMatchObject([
      { decisionId, overrideOf: undefined },
      { overrideOf: decisionId, outcome: "false-match" },
    ]);
    await expect(claimAlert(world.services, senior.actor, 1)).rejects.toMatchObject({ code: "ALREADY_DECIDED" });
  });

  test("an auditor decides nothing", async () => {
    const { request } = await claim();
    await expect(decideAlert(world.services, world.actor("auditor-1"), request)).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
  });
});

describe("the outbox", () => {
  test("is handed over once more after a death between handing over and marking, and nothing is lost", async () => {
    const { actor, request } = await claim();
    await decideAlert(world.services, actor, request);
    const pending = await world.store.outbox.listPending(100);
    const dying = {
      ...world.store,
      outbox: {
        ...world.store.outbox,
        markSubmitted: async () => {
          throw new Error("the power went");
        },
      },
    };
    const deps = { handover: world.ingest, now: world.services.now };
    await expect(buildRelay({ ...deps, store: dying }).drain()).rejects.toThrow("the power went");
    expect(await world.store.outbox.listPending(100)).toEqual(pending);
    await buildRelay({ ...deps, store: world.store }).drain();
    expect(await world.store.outbox.listPending(100)).toEqual([]);
    expect([...world.ingest.handedOver.keys()]).toEqual(pending.map(({ item }) => item.hash));
    expect(world.ingest.submissions).toHaveLength(2 * pending.length);
  });

  test("waits while ingest is away", async () => {
    const { actor, request } = await claim();
    await decideAlert(world.services, actor, request);
    const away = {
      submit: async () => {
        throw new Error("away");
      },
    };
    await expect(buildRelay({ store: world.store, now: world.services.now, handover: away }).drain()).rejects.toThrow();
    expect((await world.store.outbox.listPending(100)).length).toBeGreaterThan(0);
  });
});
