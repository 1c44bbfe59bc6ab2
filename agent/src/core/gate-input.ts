import type { VerifiedDocument } from "@overt/shared/crypto/envelope.ts";
import type { Acknowledgement } from "@overt/shared/protocol/enrolment.ts";
import type { Order } from "@overt/shared/protocol/order.ts";
import { findObstacle, type GateInput, type GateReason, type GateVerdict, passGate } from "@overt/shared/rules/gate.ts";
import { localTime } from "@overt/shared/rules/hours.ts";
import type { OrderKeeper } from "./order-keeper.ts";

/** What the agent knows when it asks the gate; one look, at one moment. */
export interface GateFacts {
  readonly orders: OrderKeeper;
  /** The countersigned acknowledgement; undefined where there is none. */
  readonly acknowledgement: { readonly value: Acknowledgement; readonly countersigned: boolean } | undefined;
  readonly permitLive: boolean;
  /** Hash of the account this process runs under. */
  readonly account: string;
  readonly rulesExpire: number;
  readonly isProtected: (host: string) => boolean;
  readonly now: number;
}

type Standing = Omit<GateInput, "rule" | "host" | "isProtected" | "localTime">;

/** Why nothing may be observed at all now; undefined where something may. */
export function findStandingObstacle(facts: GateFacts): GateReason | undefined {
  return standings(facts)
    .map(findObstacle)
    .find((reason) => reason !== undefined);
}

/**
 * The gate for one rule. Where a varied order waits for its acknowledgement, both must let the rule through, and the lower
 * evidence counts; the event names the acknowledged order and its clause.
 */
export function askGate(facts: GateFacts, rule: GateInput["rule"], host: string | undefined): GateVerdict {
  const verdicts = standings(facts).map((standing) =>
    passGate({ ...standing, rule, host, isProtected: facts.isProtected, localTime }),
  );
  const [own, varied = own] = verdicts;
  if (own === undefined || varied === undefined) return { pass: false, reason: "order-missing" };
  if (!own.pass || !varied.pass) return own.pass ? varied : own;
  const maxEvidence = own.maxEvidence < varied.maxEvidence ? own.maxEvidence : varied.maxEvidence;
  return { ...own, maxEvidence, orderUnconfirmed: own.orderUnconfirmed || varied.orderUnconfirmed };
}

function standings(facts: GateFacts): Standing[] {
  const { orders, acknowledgement } = facts;
  const newest = orders.newest();
  const held = (order: VerifiedDocument<Order>, acknowledged: string): Standing => ({
    rulesExpire: facts.rulesExpire,
    order: order.value,
    orderHash: acknowledged,
    orderState: newest.status.value.state,
    confirmedUntil: newest.status.value.confirmedUntil,
    acknowledgement: acknowledgement && {
      outcome: acknowledgement.value.outcome,
      countersigned: acknowledgement.countersigned,
      orderHash: acknowledgement.value.orderHash,
    },
    // The permit has its own monotonic clock: alive or not is all that this clock may say of it.
    permitUntil: facts.permitLive ? facts.now + 1 : undefined,
    account: { current: facts.account, covered: acknowledgement?.value.account ?? "" },
    now: facts.now,
  });
  const own = held(orders.acknowledged, orders.acknowledged.hash);
  if (newest.order.hash === orders.acknowledged.hash) return [own];
  // The varied order narrows at once: it is asked as if acknowledged, beside the one that really is.
  return [own, held(newest.order, orders.acknowledged.hash)];
}
