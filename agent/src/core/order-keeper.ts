import { type Envelope, readUnverified, type VerifiedDocument, verifyEnvelope } from "@overt/shared/crypto/envelope.ts";
import { VerificationError } from "@overt/shared/errors.ts";
import { limits } from "@overt/shared/limits.ts";
import { Order, OrderStatus } from "@overt/shared/protocol/order.ts";
import { payloadTypes } from "@overt/shared/protocol/payload-types.ts";
import type { OrderSigners } from "@overt/shared/protocol/roster.ts";
import { CurrentOrder } from "@overt/shared/protocol/wire.ts";
import { findKeysAt, findStatusKeysAt } from "./agency-keys.ts";
import type { DocumentStore } from "./document-store.ts";

/** An order under the signers' threshold, and a status that speaks of it. */
export interface OrderPair {
  readonly order: VerifiedDocument<Order>;
  readonly status: VerifiedDocument<OrderStatus>;
}

/**
 * SPEC.md 6.3: t of n order signers in force when the order was issued; one status signer. Throws THRESHOLD, BAD_SIGNATURE,
 * WRONG_ORDER where the status speaks of another order or version.
 */
export function verifyOrderPair(pair: { order: Envelope; orderStatus: Envelope }, signers: OrderSigners): OrderPair {
  const { issuedAt } = readUnverified(pair.order, Order, limits.payload.order);
  const order = verifyEnvelope(pair.order, {
    payloadType: payloadTypes.order,
    schema: Order,
    keys: findKeysAt(signers.signers, issuedAt),
    threshold: signers.threshold,
    maxBytes: limits.payload.order,
  });
  const confirmed = readUnverified(pair.orderStatus, OrderStatus, limits.payload.orderStatus);
  const status = verifyEnvelope(pair.orderStatus, {
    payloadType: payloadTypes.orderStatus,
    schema: OrderStatus,
    keys: findStatusKeysAt(signers, confirmed.issuedAt),
    maxBytes: limits.payload.orderStatus,
  });
  if (status.value.orderId !== order.value.orderId || status.value.version !== order.value.version) {
    throw new VerificationError("WRONG_ORDER", "The confirmation speaks of another order.");
  }
  if (status.value.confirmedUntil - status.value.issuedAt > limits.statusConfirmedSeconds) {
    throw new VerificationError("BAD_SCHEMA", "The confirmation claims to hold longer than 30 days.");
  }
  return { order, status };
}

/** What the gate is asked with. A varied order counts beside the acknowledged one: only what both allow may be seen. */
export interface OrderKeeper {
  /** The order that the person acknowledged; events name its hash. */
  readonly acknowledged: VerifiedDocument<Order>;
  /** The newest order of the case: the acknowledged one, or a later version that waits for a new acknowledgement. */
  newest(): OrderPair;
  /** Takes a pair from the server. Throws WRONG_ORDER, WRONG_CASE, ROLLBACK, FORK; nothing changes then. */
  take(pair: CurrentOrder, signers: OrderSigners): void;
  /** Why capture is over, by the order alone. */
  findEnd(now: number): "order-ended" | "order-revoked" | undefined;
}

const documentName = "order";

/** Goes on with the pair that was kept last, verified again; the highest version ever seen is the floor. */
export function openOrderKeeper(deps: {
  readonly store: DocumentStore;
  /** The pair of the enrolment. */
  readonly enrolled: CurrentOrder;
  readonly signers: OrderSigners;
}): OrderKeeper {
  const enrolled = verifyOrderPair(deps.enrolled, deps.signers);
  let newest = findKept(deps) ?? enrolled;
  return {
    acknowledged: enrolled.order,
    newest: () => newest,
    take(pair, signers) {
      const next = verifyOrderPair(pair, signers);
      requireSuccessor(newest, next);
      if (next.order.hash === newest.order.hash && next.status.hash === newest.status.hash) return;
      deps.store.write(documentName, pair);
      newest = next;
    },
    findEnd(now) {
      if (newest.status.value.state === "revoked") return "order-revoked";
      const ends = [enrolled.order.value.notAfter, newest.order.value.notAfter];
      return now >= Math.min(...ends) ? "order-ended" : undefined;
    },
  };
}

function findKept(deps: {
  store: DocumentStore;
  signers: OrderSigners;
  enrolled: CurrentOrder;
}): OrderPair | undefined {
  const kept = deps.store.find(documentName, CurrentOrder);
  if (kept === undefined) return undefined;
  try {
    const pair = verifyOrderPair(kept, deps.signers);
    requireSuccessor(verifyOrderPair(deps.enrolled, deps.signers), pair);
    return pair;
  } catch (error) {
    // A damaged copy is as good as none: the enrolment's own pair counts until the next refresh.
    if (error instanceof VerificationError) return undefined;
    throw error;
  }
}

function requireSuccessor(held: OrderPair, next: OrderPair): void {
  const [before, after] = [held.order.value, next.order.value];
  if (after.orderId !== before.orderId) throw new VerificationError("WRONG_ORDER", "This is another order.");
  if (after.caseRef !== before.caseRef) throw new VerificationError("WRONG_CASE", "The order is of another case.");
  if (after.version < before.version) {
    throw new VerificationError("ROLLBACK", "A later version of the order is known on this device.");
  }
  if (after.version === before.version) {
    if (next.order.hash !== held.order.hash) {
      throw new VerificationError("FORK", "There are two different orders of this version.");
    }
    if (next.status.value.issuedAt < held.status.value.issuedAt) {
      throw new VerificationError("ROLLBACK", "A later confirmation of the order is known on this device.");
    }
  } else if (after.version === before.version + 1 && after.prev !== held.order.hash) {
    throw new VerificationError("FORK", "The varied order does not follow the one that is held.");
  }
}
