import { claimAlert } from "@overt/server/domain/claim.ts";
import { openEvidence } from "@overt/server/domain/open-evidence.ts";
import { parseUtf8 } from "@overt/shared/bytes.ts";
import { verifyEnvelope } from "@overt/shared/crypto/envelope.ts";
import { openSealed } from "@overt/shared/crypto/seal.ts";
import { limits } from "@overt/shared/limits.ts";
import { LeafType } from "@overt/shared/log/leaf.ts";
import { payloadTypes } from "@overt/shared/protocol/payload-types.ts";
import { View } from "@overt/shared/protocol/review.ts";
import { afterEach, describe, expect, test } from "vitest";
import { type ConsoleWorld, openConsoleWorld, reviewerBox } from "../../../support/console-world.ts";

let world: ConsoleWorld;
afterEach(() => world.close());

const level1 = { v: 1, level: 1, host: "shop.example", maskedTerm: "s**p" };
const level2 = { v: 1, level: 2, url: "https://shop.example/", title: "Shop", context: "a shop b" };

async function openClaimed(maxEvidence: 0 | 1 | 2 = 2) {
  world = await openConsoleWorld({ maxEvidence });
  const device = world.ingest.addDevice(world.order);
  const eventHash = device.match({ evidence: { level1, level2 } });
  await world.poll();
  const actor = world.actor("reviewer-1");
  const { leaseId } = await claimAlert(world.services, actor, 1);
  return { device, actor, request: { alertId: 1, leaseId, eventHash } };
}

describe("opening evidence", () => {
  test("a released level opens with the reviewer's key and nobody else's", async () => {
    const { actor, request } = await openClaimed();
    const { ciphertext, reference } = await openEvidence(world.services, actor, { ...request, level: 1 });
    const open = (name: string) =>
      parseUtf8(openSealed({ ...reviewerBox(name), blob: ciphertext, commitment: reference.commitment }));
    expect(JSON.parse(open("reviewer-1"))).toEqual(level1);
    expect(() => open("stranger-1")).toThrow(expect.objectContaining({ code: "NOT_RECIPIENT" }));
  });

  test("audit row, signed view and the person's copy are committed before the ciphertext leaves", async () => {
    const { actor, request, device } = await openClaimed();
    await openEvidence(world.services, actor, { ...request, level: 1 });
    const [audit] = await world.store.audit.list({ kind: "all" }, 1e9, 1);
    expect(audit).toMatchObject({ actor: "reviewer-1", operation: "consultation", object: "evidence" });
    const pending = (await world.store.outbox.listPending(100)).map(({ item }) => item);
    const view = pending.find((item) => item.leafType === LeafType.view);
    if (view?.reply?.item.kind !== "view") throw new Error("no view was handed over");
    expect(view.reply.deviceId).toBe(device.deviceId);
    const spec = { payloadType: payloadTypes.view, schema: View, keys: [world.services.signingKey.publicKey] };
    const { value, hash } = verifyEnvelope(view.reply.item.view, { ...spec, maxBytes: limits.payload.view });
    expect(value).toMatchObject({ about: request.eventHash, role: "reviewer", level: 1 });
    expect(hash).toBe(view.hash);
    expect(pending.map((item) => item.hash)).toContain(audit?.hash);
  });

  test("where the audit row cannot be written nothing is released", async () => {
    const { actor, request } = await openClaimed();
    const failing = { ...world.services, random: (n: number) => failOnThird(n) };
    let calls = 0;
    function failOnThird(n: number): Uint8Array {
      calls++;
      if (calls === 2) throw new Error("the disk is full");
      return new Uint8Array(n);
    }
    await expect(openEvidence(failing, actor, { ...request, level: 1 })).rejects.toThrow("the disk is full");
    expect(await world.store.evidence.listViews(1)).toEqual([]);
    expect((await world.store.outbox.listPending(100)).some(({ item }) => item.leafType === LeafType.view)).toBe(false);
  });

  test("the full item is refused before the site was opened", async () => {
    const { actor, request } = await openClaimed();
    const full = () => openEvidence(world.services, actor, { ...request, level: 2 });
    await expect(full()).rejects.toMatchObject({ code: "EVIDENCE_STEP_SKIPPED" });
    await openEvidence(world.services, actor, { ...request, level: 1 });
    await full();
  });

  test("a step that a colleague took does not count as one's own", async () => {
    const { actor, request } = await openClaimed();
    await openEvidence(world.services, actor, { ...request, level: 1 });
    world.clock.now += 601;
    const colleague = world.actor("reviewer-2");
    const { leaseId } = await claimAlert(world.services, colleague, 1);
    await expect(openEvidence(world.services, colleague, { ...request, leaseId, level: 2 })).rejects.toMatchObject({
      code: "EVIDENCE_STEP_SKIPPED",
    });
  });

  test.each([
    [0, 1],
    [1, 2],
  ] as const)("a clause that allows level %i never gives level %i", async (maxEvidence, level) => {
    const { actor, request } = await openClaimed(maxEvidence);
    await expect(openEvidence(world.services, actor, { ...request, level })).rejects.toMatchObject({
      code: "EVIDENCE_NOT_ALLOWED",
    });
    expect(await world.store.evidence.listViews(1)).toEqual([]);
  });

  test("without the claim, or with one that ended, nothing opens", async () => {
    const { actor, request } = await openClaimed();
    const forged = { ...request, leaseId: "00".repeat(16), level: 1 } as const;
    await expect(openEvidence(world.services, actor, forged)).rejects.toMatchObject({ code: "LEASE_LOST" });
    world.clock.now += 601;
    await expect(openEvidence(world.services, actor, { ...request, level: 1 })).rejects.toMatchObject({
      code: "LEASE_LOST",
    });
  });

  test("a blob that was changed in the store is not released", async () => {
    const { actor, request } = await openClaimed();
    for (const [name, blob] of world.ingest.blobs)
      world.ingest.blobs.set(
        name,
        Uint8Array.from(blob, (byte) => byte ^ 1),
      );
    await expect(openEvidence(world.services, actor, { ...request, level: 1 })).rejects.toMatchObject({
      code: "HASH_MISMATCH",
    });
  });

  test("a blob that has not arrived is said plainly and counts as no look", async () => {
    const { actor, request } = await openClaimed();
    world.ingest.blobs.clear();
    await expect(openEvidence(world.services, actor, { ...request, level: 1 })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    expect(await world.store.evidence.listViews(1)).toEqual([]);
  });
});
