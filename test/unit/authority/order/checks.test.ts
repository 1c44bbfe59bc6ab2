import { findKeysAt } from "@overt/agent/core/agency-keys.ts";
import { checkOrder } from "@overt/scripts/authority/order/checks.ts";
import { practiceOrder } from "@overt/scripts/start/practice/order.ts";
import { toHex } from "@overt/shared/bytes.ts";
import { signingKeyFromSeed } from "@overt/shared/crypto/ed25519.ts";
import { signEnvelope, verifyEnvelope } from "@overt/shared/crypto/envelope.ts";
import { OvertError } from "@overt/shared/errors.ts";
import { limits } from "@overt/shared/limits.ts";
import { Order } from "@overt/shared/protocol/order.ts";
import { payloadTypes } from "@overt/shared/protocol/payload-types.ts";
import type { OrderSigners } from "@overt/shared/protocol/roster.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const now = 1_795_000_000;
const keys = [1, 2, 3, 4].map((n) => signingKeyFromSeed(new Uint8Array(32).fill(n)));
const order = practiceOrder({ orderId: "0".repeat(32), salt: "1".repeat(32), now });
const roster: OrderSigners = {
  v: 1,
  threshold: 2,
  signers: keys.slice(0, 3).map(({ publicKey }, n) => ({
    publicKey: toHex(publicKey),
    mayConfirmStatus: false,
    from: now - 10,
    // The third has left before the order was drawn up.
    until: n === 2 ? now - 5 : now + 10,
  })),
};

function deviceTakes(json: unknown): boolean {
  try {
    verifyEnvelope(json, {
      payloadType: payloadTypes.order,
      schema: Order,
      keys: findKeysAt(roster.signers, now),
      threshold: roster.threshold,
      maxBytes: limits.payload.order,
    });
    return true;
  } catch (error) {
    if (error instanceof OvertError) return false;
    throw error;
  }
}

describe("the steps that “order verify” says", () => {
  test("come out as a device's verification does, whoever signed and whatever was changed", () => {
    const signers = fc.subarray(keys, { minLength: 1 });
    const change = fc.oneof(
      fc.constant(undefined),
      fc.record({
        field: fc.constantFrom("payload", "payloadType"),
        at: fc.nat(2_000),
        put: fc.constantFrom("A", "=", " ", "é"),
      }),
      fc.record({ field: fc.constant("sig"), at: fc.nat(87), put: fc.constantFrom("A", "=", "B") }),
      fc.record({ field: fc.constant("repeat"), at: fc.constant(0), put: fc.constant("") }),
    );
    const seen = { taken: 0, refused: 0 };
    fc.assert(
      fc.property(signers, change, (by, how) => {
        const envelope = structuredClone(signEnvelope(payloadTypes.order, order, by));
        const splice = (text: string) => text.slice(0, how?.at) + how?.put + text.slice((how?.at ?? 0) + 1);
        if (how?.field === "payload" || how?.field === "payloadType") envelope[how.field] = splice(envelope[how.field]);
        const [first] = envelope.signatures;
        if (how?.field === "sig" && first) first.sig = splice(first.sig);
        if (how?.field === "repeat" && first) envelope.signatures.push(first);
        const { checks, value } = checkOrder(envelope, roster, now);
        expect(value !== undefined).toBe(deviceTakes(envelope));
        expect(checks.filter(({ passed }) => !passed).length).toBe(value === undefined ? 1 : 0);
        seen[value === undefined ? "refused" : "taken"] += 1;
      }),
      {
        numRuns: Math.min(Number(process.env["PROPERTY_RUNS"] ?? 20), 10_000),
        // Both answers are met in every run, however few the cases.
        examples: [
          [keys.slice(0, 2), undefined],
          [keys.slice(2), undefined],
        ],
        endOnFailure: true,
      },
    );
    expect(Math.min(seen.taken, seen.refused)).toBeGreaterThan(0);
  });

  test.each([
    ["no envelope", () => ({ hello: 1 }), "4.1"],
    ["another document", () => signEnvelope(payloadTypes.event, order, keys.slice(0, 2)), "4.2"],
    [
      "a longer one",
      () => ({ ...signEnvelope(payloadTypes.order, order, keys.slice(0, 2)), payload: "A".repeat(100_000) }),
      "4.3",
    ],
    ["loose base64", () => ({ ...signEnvelope(payloadTypes.order, order, keys.slice(0, 2)), payload: "A B=" }), "4.4"],
    ["too few who may", () => signEnvelope(payloadTypes.order, order, keys.slice(1)), "4.6"],
    ["another field", () => signEnvelope(payloadTypes.order, { ...order, hidden: 1 }, keys.slice(0, 2)), "4.6"],
  ])("stop at the step that %s fails", (_, make, step) => {
    const { checks, value } = checkOrder(make(), roster, now);
    expect(value).toBeUndefined();
    expect(checks.at(-1)).toMatchObject({ step, passed: false });
  });
});
