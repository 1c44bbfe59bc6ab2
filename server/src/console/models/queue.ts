import type { Actor } from "../../domain/actor.ts";
import type { Alert } from "../../domain/console-records.ts";
import type { Translate } from "../../views/messages.ts";
import type { QueueModel, QueueRow } from "../../views/models.ts";
import { showDue, showTime } from "../../views/time.ts";

export function toQueueModel(input: {
  readonly t: Translate;
  readonly now: number;
  readonly actor: Actor;
  readonly alerts: readonly Alert[];
  readonly more: boolean;
  readonly waiting: number;
  readonly newest: number;
  readonly first: boolean;
}): QueueModel {
  const { t, now, actor, alerts, more, waiting, newest, first } = input;
  const last = alerts.at(-1);
  return {
    rows: alerts.map((alert) => toRow(t, alert, actor, now)),
    waiting,
    newest,
    first,
    next: more && last !== undefined ? `${last.dueAt}.${last.alertId}` : undefined,
    checkedAt: showTime(now),
  };
}

function toRow(t: Translate, alert: Alert, actor: Actor, now: number): QueueRow {
  return {
    alertId: alert.alertId,
    caseRef: alert.caseRef,
    due: showDue(t, alert.dueAt, now),
    dueAt: showTime(alert.dueAt),
    overdue: alert.dueAt <= now,
    severity: alert.severity,
    events: alert.events,
    rule: t("queue.rule", { rule: alert.ruleId, revision: alert.ruleRevision }),
    clauseId: alert.clauseId,
    statements: alert.statements,
    heldBy: heldBy(alert, actor, now),
  };
}

function heldBy({ claim }: Alert, actor: Actor, now: number): QueueRow["heldBy"] {
  if (claim === undefined || claim.until <= now) return "nobody";
  return claim.reviewerId === actor.reviewerId ? "you" : { reviewerId: claim.reviewerId };
}
