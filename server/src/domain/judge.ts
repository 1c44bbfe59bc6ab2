import type { PolicyCode, VerificationCode } from "@overt/shared/errors.ts";
import { limits } from "@overt/shared/limits.ts";
import { closingKinds, type Event, type MatchEvent } from "@overt/shared/protocol/event.ts";
import type { Order } from "@overt/shared/protocol/order.ts";
import type { Statement } from "@overt/shared/protocol/statement.ts";
import type { BehaviourRule, RuleSet } from "@overt/shared/rules/language.ts";
import type { Signal } from "@overt/shared/rules/signals.ts";
import type { OrderInForce } from "./ingest-store.ts";

export type RefusalCode = PolicyCode | VerificationCode;

/** What a record names, resolved in signed documents. Undefined: it resolves to nothing. */
export interface Resolved {
  readonly order: OrderInForce | undefined;
  /** The rule set that a match names, with that version and rule. */
  readonly ruleSet: RuleSet | undefined;
  /** Whether every rule that a heartbeat counts is known. */
  readonly rulesKnown: boolean;
}

/** Why a well-signed, well-chained record is kept as a hash only (SPEC.md 7.3 d and 7.4); undefined takes it. */
export function findRefusal(
  record: Event | Statement,
  resolved: Resolved,
  caseId: number,
  now: number,
): RefusalCode | undefined {
  const { order } = resolved;
  if (order === undefined || order.caseId !== caseId) return "WRONG_ORDER";
  const time = findTimeRefusal(record, order, now);
  if (time !== undefined) return time;
  if (record.kind === "heartbeat" && !resolved.rulesKnown) return "UNKNOWN_RULE";
  return record.kind === "match" ? findMatchRefusal(record, order.order, resolved.ruleSet) : undefined;
}

function findTimeRefusal(record: Event | Statement, order: OrderInForce, now: number): RefusalCode | undefined {
  if (closingKinds.some((kind) => kind === record.kind)) return undefined;
  const { notBefore, notAfter } = order.order;
  if (now >= notAfter + limits.lateEventSeconds) return "ORDER_ENDED";
  // The person's own words are heard after the end too, as long as records are taken at all.
  if (isStatement(record)) return undefined;
  if (record.at < notBefore) return "ORDER_NOT_STARTED";
  if (record.at >= notAfter) return "ORDER_ENDED";
  if (order.revokedAt !== undefined && record.at >= order.revokedAt) return "ORDER_REVOKED";
  return undefined;
}

function findMatchRefusal(match: MatchEvent, order: Order, ruleSet: RuleSet | undefined): RefusalCode | undefined {
  const rule =
    ruleSet?.rules.find(({ ruleId }) => ruleId === match.ruleId) ??
    ruleSet?.behaviours.find(({ ruleId }) => ruleId === match.ruleId);
  if (rule === undefined || rule.action !== "alert" || rule.revision !== match.ruleRevision) return "UNKNOWN_RULE";
  if (rule.category !== match.category || rule.severity !== match.severity) return "UNKNOWN_RULE";
  const clause = order.clauses.find(({ clauseId }) => clauseId === match.clauseId);
  if (clause === undefined || !clause.categories.includes(match.category)) return "RULE_WITHOUT_CLAUSE";
  const signals = "signal" in rule ? [rule.signal] : findSignals(rule, ruleSet?.rules ?? []);
  if (!signals.every((signal) => clause.signals.includes(signal))) return "RULE_WITHOUT_CLAUSE";
  const allowed = match.orderUnconfirmed === true ? 0 : Math.min(clause.maxEvidence, rule.evidence);
  return (match.evidence ?? []).some(({ level }) => level > allowed) ? "EVIDENCE_NOT_ALLOWED" : undefined;
}

/** What a behaviour rule rests on. */
function findSignals({ rules: ids }: BehaviourRule, rules: RuleSet["rules"]): readonly Signal[] {
  return rules.filter(({ ruleId }) => ids.includes(ruleId)).map(({ signal }) => signal);
}

function isStatement(record: Event | Statement): record is Statement {
  return "text" in record;
}
