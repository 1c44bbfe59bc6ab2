import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requireAgencyKeys } from "@overt/agent/core/agency-keys.ts";
import { openOrderKeeper } from "@overt/agent/core/order-keeper.ts";
import { openFileDocuments } from "@overt/agent/platform/documents/file-documents.ts";
import type { Envelope } from "@overt/shared/crypto/envelope.ts";
import { envelopeHash } from "@overt/shared/crypto/envelope.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { scratchFolder } from "../../../support/agent-journal.ts";
import { openTestAgency, startedAt, type TestAgency } from "../../../support/agent-session.ts";

const base = mkdtempSync(join(tmpdir(), "overt-orders-"));
let world: TestAgency;
beforeAll(async () => {
  world = await openTestAgency(base);
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

const pair = (order: Envelope, status: object = {}) =>
  ({ v: 1, order, orderStatus: world.signStatus(order, status) }) as const;
function open(folder = scratchFolder()) {
  const { orderSigners: signers } = requireAgencyKeys(world.targets);
  const enrolled = pair(world.agency.order);
  const keeper = () => openOrderKeeper({ store: openFileDocuments(folder), enrolled, signers });
  const own = keeper();
  return { own, again: keeper, take: (next: ReturnType<typeof pair>) => own.take(next, signers) };
}
const varied = (change: object = {}) =>
  world.signOrder({ version: 2, prev: envelopeHash(world.agency.order), ...change });

describe("the order on the device", () => {
  test("a later version is kept, also over a restart, while the acknowledged one stays", () => {
    const { own, again, take } = open();
    take(pair(varied()));
    expect(own.newest().order.value.version).toBe(2);
    expect(again().newest().order.value.version).toBe(2);
    expect(own.acknowledged.value.version).toBe(1);
  });
  test("nothing lower, older, forked or of another case replaces it", () => {
    const { own, take } = open();
    take(pair(varied(), { issuedAt: startedAt + 100 }));
    const held = own.newest();
    const refused: [() => ReturnType<typeof pair>, string][] = [
      [() => pair(world.agency.order), "ROLLBACK"],
      [() => pair(varied(), { issuedAt: startedAt }), "ROLLBACK"],
      [() => pair(varied({ heartbeatSeconds: 999 })), "FORK"],
      [() => pair(world.signOrder({ version: 3, prev: "ab".repeat(32) })), "FORK"],
      [() => pair(world.signOrder({ version: 3, prev: held.order.hash, caseRef: "OTHER-1" })), "WRONG_CASE"],
      [() => pair(world.signOrder({ version: 3, prev: held.order.hash, orderId: "ab".repeat(16) })), "WRONG_ORDER"],
      [
        () => ({
          ...pair(world.signOrder({ version: 3, prev: held.order.hash })),
          orderStatus: world.signStatus(varied()),
        }),
        "WRONG_ORDER",
      ],
    ];
    for (const [make, code] of refused) {
      expect(() => take(make()), code).toThrow(expect.objectContaining({ code }));
      expect(own.newest()).toBe(held);
    }
  });
  test("ends with the earlier of both versions, and at once when revoked", () => {
    const { own, take } = open();
    const end = startedAt + 1_000;
    take(pair(varied({ notAfter: end })));
    expect([own.findEnd(end - 1), own.findEnd(end)]).toEqual([undefined, "order-ended"]);
    take(pair(varied({ notAfter: end }), { state: "revoked", issuedAt: startedAt + 1 }));
    expect(own.findEnd(startedAt)).toBe("order-revoked");
  });
});
