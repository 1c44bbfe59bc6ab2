import type { Order } from "@overt/shared/protocol/order.ts";
import { outcomes, reasonCodes } from "@overt/shared/protocol/review.ts";
import type { Actor } from "../../domain/actor.ts";
import { mayDo } from "../../domain/authorise.ts";
import { leaseWarningSeconds } from "../../domain/claim.ts";
import type {
  Alert,
  AlertEvent,
  Draft,
  StatementState,
  StoredDecision,
  StoredStatement,
  StoredView,
} from "../../domain/console-records.ts";
import { passkeyOutcomes } from "../../domain/decide.ts";
import { isAttended } from "../../domain/open-statement.ts";
import type { Trust } from "../../domain/trust.ts";
import type { Translate } from "../../views/messages.ts";
import type {
  AlertModel,
  ClaimModel,
  DecisionModel,
  EventModel,
  FieldError,
  FormModel,
  RuleModel,
  StepModel,
} from "../../views/models.ts";
import { showDue, showSpan, showTime } from "../../views/time.ts";

export interface AlertFacts {
  readonly t: Translate;
  readonly now: number;
  readonly actor: Actor;
  readonly alert: Alert;
  readonly order: Order | undefined;
  readonly trust: Trust;
  readonly events: readonly AlertEvent[];
  readonly statements: readonly StoredStatement[];
  readonly statementStates: ReadonlyMap<string, StatementState>;
  readonly views: readonly StoredView[];
  readonly decisions: readonly StoredDecision[];
  readonly draft: Draft | undefined;
  readonly errors: readonly FieldError[];
}

export function toAlertModel(facts: AlertFacts): AlertModel {
  const { t, now, alert, order, actor } = facts;
  const clause = order?.clauses.find((each) => each.clauseId === alert.clauseId);
  const latest = facts.decisions.at(-1);
  return {
    alertId: alert.alertId,
    caseRef: alert.caseRef,
    deviceId: alert.deviceId,
    severity: alert.severity,
    due: showDue(t, alert.dueAt, now),
    dueAt: showTime(alert.dueAt),
    decided: alert.state === "decided",
    claim: toClaim(facts),
    clause: clause && { clauseId: clause.clauseId, text: clause.text, maxEvidence: clause.maxEvidence },
    order: order && { hash: alert.orderHash, from: showTime(order.notBefore), until: showTime(order.notAfter) },
    rule: toRule(facts),
    category: alert.category,
    events: facts.events.map((event, i) => toEvent(facts, event, i + 1, clause?.maxEvidence ?? 0)),
    statements: facts.statements.map(({ statementHash, kind, at, receivedAt }) => ({
      ...{ statementHash, kind, at: showTime(at), late: latest !== undefined && receivedAt > latest.at },
      state: facts.statementStates.get(statementHash) ?? "unread",
    })),
    views: facts.views.map(({ role, reviewerId, level, at }) => ({ role, reviewerId, level, at: showTime(at) })),
    decisions: facts.decisions.map((decision) => toDecision(decision, facts.decisions)),
    mayReplace: latest !== undefined && mayDo(actor, "decision.override", { decidedBy: latest.reviewerId }),
    form: toForm(facts),
    errors: facts.errors,
  };
}

function toClaim({ alert, actor, now }: AlertFacts): ClaimModel {
  const { claim } = alert;
  if (claim === undefined || claim.until <= now) return { state: "free" };
  const until = showTime(claim.until);
  if (claim.reviewerId !== actor.reviewerId) return { state: "other", reviewerId: claim.reviewerId, until };
  return { state: "mine", leaseId: claim.leaseId, until, secondsLeft: claim.until - now, warnAt: leaseWarningSeconds };
}

function toRule({ alert, trust }: AlertFacts): RuleModel {
  const { ruleId, ruleRevision: revision, ruleSetVersion } = alert;
  const rules = trust.ruleSets.flatMap((set) => [...set.rules, ...set.behaviours]);
  const rule = rules.find((each) => each.ruleId === ruleId && each.revision === revision);
  const facts = rule === undefined ? undefined : { reason: rule.reason, knownFailures: rule.knownFailures };
  return { ruleId, revision, ruleSetVersion, facts };
}

function toEvent(facts: AlertFacts, event: AlertEvent, number: number, maxEvidence: number): EventModel {
  return {
    eventHash: event.eventHash,
    number,
    deviceTime: showTime(event.at),
    serverTime: showTime(event.receivedAt),
    channel: event.channel,
    cause: event.cause,
    count: event.count,
    window: event.windowSeconds === 0 ? "" : showSpan(facts.t, event.windowSeconds),
    seq: event.seq,
    leafIndex: event.leafIndex,
    orderUnconfirmed: event.orderUnconfirmed,
    steps: toSteps(facts, event, maxEvidence),
  };
}

function toSteps({ views, actor }: AlertFacts, event: AlertEvent, maxEvidence: number): StepModel[] {
  const opened = (level: number) =>
    views.some(
      (view) => view.about === event.eventHash && view.level === level && view.reviewerId === actor.reviewerId,
    );
  const hasFirst = event.evidence.some((each) => each.level === 1);
  return ([1, 2] as const)
    .filter((level) => level <= maxEvidence)
    .map((level) => {
      const reference = event.evidence.find((each) => each.level === level);
      if (reference === undefined) return { level, state: "not-sent", commitment: "", ciphertextSha256: "" };
      const { commitment, ciphertextSha256 } = reference;
      const locked = level === 2 && hasFirst && !opened(1);
      return { level, state: locked ? "locked" : opened(level) ? "opened" : "open-next", commitment, ciphertextSha256 };
    });
}

function toDecision(decision: StoredDecision, all: readonly StoredDecision[]): DecisionModel {
  const { outcome, reasonCode, reviewerId, role, attested, at, events, told, privateNote } = decision;
  const replaced = all.some((other) => other.overrideOf === decision.decisionId);
  return { outcome, reasonCode, reviewerId, role, attested, at: showTime(at), events, told, privateNote, replaced };
}

function toForm({ draft, statements, statementStates }: AlertFacts): FormModel {
  return {
    outcomes: outcomes.map((value) => ({
      ...{ value, chosen: draft?.outcome === value, passkey: passkeyOutcomes.includes(value) },
    })),
    reasons: reasonCodes.map((value) => ({ value, chosen: draft?.reasonCode === value, passkey: false })),
    told: draft?.told ?? "",
    privateNote: draft?.privateNote ?? "",
    savedAt: draft === undefined || draft.savedAt === 0 ? undefined : showTime(draft.savedAt),
    blocked: statements.some((each) => !isAttended(statementStates.get(each.statementHash))),
  };
}
