import { ceiling } from "./ceiling.ts";
import { isWithinHours } from "./hours.ts";
import type { Schedule } from "./matchers.ts";
import type { LocalTime } from "./observation.ts";
import type { EvidenceLevel, Signal } from "./signals.ts";

/** What the gate reads of a clause of the order. */
export type GateClause = {
  readonly clauseId: string;
  readonly signals: readonly Signal[];
  readonly categories: readonly string[];
  readonly maxEvidence: number;
  readonly hours?: readonly Schedule[] | undefined;
  readonly authorityRef?: string | undefined;
};

export type GateOrder = {
  readonly notBefore: number;
  readonly notAfter: number;
  readonly clauses: readonly GateClause[];
  readonly timeZone: string;
  readonly offlineGraceSeconds: number;
};

export type GateInput = {
  /** Every signal the rule rests on (a behaviour rule may rest on several); a clause has to allow them all. */
  readonly rule: { readonly signals: readonly Signal[]; readonly category: string; readonly evidence: number };
  /** End of the rule set's own life, Unix seconds. */
  readonly rulesExpire: number;
  /** The verified order; undefined where there is none. */
  readonly order: GateOrder | undefined;
  readonly orderHash: string;
  readonly orderState: "in-force" | "varied" | "revoked";
  /** Up to when the order was last confirmed: the status's `confirmedUntil`, at first the countersignature's time. */
  readonly confirmedUntil: number;
  readonly acknowledgement:
    | { readonly outcome: "acknowledged" | "declined"; readonly countersigned: boolean; readonly orderHash: string }
    | undefined;
  /** End of the live capture permit, in the same trusted seconds as `now`; undefined where the notice is not live. */
  readonly permitUntil: number | undefined;
  readonly account: { readonly current: string; readonly covered: string };
  /** Host the observation happened on, in comparison form; undefined where it has none. */
  readonly host: string | undefined;
  readonly isProtected: (host: string) => boolean;
  /** Trusted time, Unix seconds. */
  readonly now: number;
  readonly localTime: (timeZone: string, at: number) => LocalTime;
};

/** Why nothing may be seen or sent, in the order in which the gate asks. */
export const gateReasons = [
  "order-missing",
  "order-not-started",
  "order-ended",
  "order-revoked",
  "not-acknowledged",
  "not-countersigned",
  "acknowledgement-stale",
  "notice-not-live",
  "account-not-covered",
  "rules-expired",
  "protected-host",
  "above-ceiling",
  "order-unconfirmed",
  "no-clause",
  "outside-hours",
] as const;
export type GateReason = (typeof gateReasons)[number];

export type GateVerdict =
  | {
      readonly pass: true;
      readonly clauseId: string;
      readonly maxEvidence: EvidenceLevel;
      readonly orderUnconfirmed: boolean;
    }
  | { readonly pass: false; readonly reason: GateReason };

/**
 * Whether this rule may act here and now (design: the Gate). Pure: everything it knows is in `input`. Removing any one
 * line makes a test fail. The first clause, in the order's own order, that allows the rule is the one an event names.
 */
export function passGate(input: GateInput): GateVerdict {
  const standing = findObstacle(input);
  if (standing !== undefined) return refuse(standing);
  const { order, rule, now } = input;
  if (order === undefined) return refuse("order-missing");
  if (input.host !== undefined && input.isProtected(input.host)) return refuse("protected-host");

  let most: EvidenceLevel = 2;
  if (rule.signals.length === 0) return refuse("above-ceiling");
  for (const signal of rule.signals) {
    const limit = ceiling[signal];
    if (limit === undefined) return refuse("above-ceiling");
    most = lower(most, limit);
  }
  const orderUnconfirmed = now > input.confirmedUntil + order.offlineGraceSeconds;
  if (orderUnconfirmed && rule.signals.some((s) => s === "page-text" || s === "messages")) {
    return refuse("order-unconfirmed");
  }
  const allowing = order.clauses.filter((clause) => allows(clause, rule));
  if (allowing.length === 0) return refuse("no-clause");
  const local = input.localTime(order.timeZone, now);
  const clause = allowing.find((one) => isWithinHours(one.hours, local));
  if (clause === undefined) return refuse("outside-hours");
  const maxEvidence = orderUnconfirmed ? 0 : lower(lower(most, clause.maxEvidence), rule.evidence);
  return { pass: true, clauseId: clause.clauseId, maxEvidence, orderUnconfirmed };
}

/**
 * The part of the gate that no rule changes: whether anything at all may be observed now. Sensors are asked by it before a
 * text is even read.
 */
export function findObstacle(
  input: Omit<GateInput, "rule" | "host" | "isProtected" | "localTime">,
): GateReason | undefined {
  const { order, acknowledgement, now } = input;
  if (order === undefined) return "order-missing";
  if (now < order.notBefore) return "order-not-started";
  if (now >= order.notAfter) return "order-ended";
  if (input.orderState === "revoked") return "order-revoked";
  if (acknowledgement === undefined || acknowledgement.outcome !== "acknowledged") return "not-acknowledged";
  if (!acknowledgement.countersigned) return "not-countersigned";
  if (acknowledgement.orderHash !== input.orderHash) return "acknowledgement-stale";
  if (input.permitUntil === undefined || now >= input.permitUntil) return "notice-not-live";
  if (input.account.current !== input.account.covered) return "account-not-covered";
  if (now >= input.rulesExpire) return "rules-expired";
  return undefined;
}

function allows(clause: GateClause, rule: GateInput["rule"]): boolean {
  return (
    rule.signals.every((signal) => clause.signals.includes(signal)) &&
    clause.categories.includes(rule.category) &&
    (!rule.signals.includes("messages") || clause.authorityRef !== undefined)
  );
}

function lower(a: number, b: number): EvidenceLevel {
  const least = Math.min(a, b);
  return least >= 2 ? 2 : least >= 1 ? 1 : 0;
}

function refuse(reason: GateReason): GateVerdict {
  return { pass: false, reason };
}
