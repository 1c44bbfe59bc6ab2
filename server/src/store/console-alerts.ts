import { type Kysely, type Selectable, sql } from "kysely";
import type { Alert, AlertEvent, StoredStatement } from "../domain/console-records.ts";
import type { AlertStore } from "../domain/console-store.ts";
import type { ConsoleTables } from "./console-tables.ts";

export function buildAlertStore(db: Kysely<ConsoleTables>): AlertStore {
  return {
    async findCursor() {
      const row = await db.selectFrom("progress").select("value").where("name", "=", "ingest").executeTakeFirst();
      return row?.value ?? 0;
    },
    async setCursor(value) {
      await db
        .insertInto("progress")
        .values({ name: "ingest", value })
        .onConflict((conflict) => conflict.column("name").doUpdateSet({ value }))
        .execute();
    },
    async findAlert(alertId, scope) {
      const row = await db
        .selectFrom("alert")
        .selectAll()
        .where("alert_id", "=", alertId)
        .where("reviewer_group", "=", scope.group)
        .executeTakeFirst();
      return row === undefined ? undefined : toAlert(row);
    },
    async listWaiting(scope, after, limit) {
      let query = db
        .selectFrom("alert")
        .selectAll()
        .where("state", "=", "waiting")
        .where("reviewer_group", "=", scope.group);
      if (after !== undefined) {
        query = query.where(sql<boolean>`(due_at, alert_id) > (${after.dueAt}, ${after.alertId})`);
      }
      const rows = await query.orderBy("due_at").orderBy("alert_id").limit(limit).execute();
      return rows.map(toAlert);
    },
    async countWaiting(scope, afterAlertId) {
      const row = await db
        .selectFrom("alert")
        .select(({ fn }) => [
          fn.countAll<number>().as("waiting"),
          fn.max("alert_id").as("newest"),
          sql<number>`sum(case when alert_id > ${afterAlertId} then 1 else 0 end)`.as("newer"),
        ])
        .where("state", "=", "waiting")
        .where("reviewer_group", "=", scope.group)
        .executeTakeFirstOrThrow();
      return { waiting: Number(row.waiting), newer: Number(row.newer ?? 0), newest: Number(row.newest ?? 0) };
    },
    async findGroup(key, at, window) {
      const row = await db
        .selectFrom("alert")
        .selectAll()
        .where("state", "=", "waiting")
        .where("device_id", "=", key.deviceId)
        .where("rule_id", "=", key.ruleId)
        .where("rule_revision", "=", key.ruleRevision)
        .where("clause_id", "=", key.clauseId)
        .where("order_hash", "=", key.orderHash)
        .where("first_at", ">=", at - window.seconds)
        .where("last_at", "<=", at + window.seconds)
        .where("events", "<", window.events)
        // What a reviewer has before them does not grow under their hands.
        .where((eb) => eb.or([eb("lease_until", "is", null), eb("lease_until", "<=", window.now)]))
        .orderBy("alert_id", "desc")
        .executeTakeFirst();
      return row === undefined ? undefined : toAlert(row);
    },
    async insertAlert({ group, ...alert }) {
      const { alert_id } = await db
        .insertInto("alert")
        .values({
          case_ref: alert.caseRef,
          device_id: alert.deviceId,
          reviewer_group: group,
          order_hash: alert.orderHash,
          rule_id: alert.ruleId,
          rule_revision: alert.ruleRevision,
          rule_set_version: alert.ruleSetVersion,
          clause_id: alert.clauseId,
          category: alert.category,
          severity: alert.severity,
          first_at: alert.firstAt,
          last_at: alert.lastAt,
          received_at: alert.receivedAt,
          due_at: alert.dueAt,
          events: 0,
          matches: 0,
          statements: 0,
          state: "waiting",
          claimed_by: null,
          lease_id: null,
          lease_until: null,
        })
        .returning("alert_id")
        .executeTakeFirstOrThrow();
      return alert_id;
    },
    async insertEvent(event) {
      await db.insertInto("alert_event").values(fromEvent(event)).execute();
      await db
        .updateTable("alert")
        .set((eb) => ({ events: eb("events", "+", 1), matches: eb("matches", "+", event.count) }))
        .where("alert_id", "=", event.alertId)
        .execute();
    },
    async widenAlert(alertId, { firstAt, lastAt, dueAt, severity }) {
      await db
        .updateTable("alert")
        .set({ first_at: firstAt, last_at: lastAt, due_at: dueAt, severity })
        .where("alert_id", "=", alertId)
        .execute();
    },
    async listEvents(alertId) {
      const query = db.selectFrom("alert_event").selectAll().where("alert_id", "=", alertId).orderBy("record_id");
      return (await query.execute()).map(toEvent);
    },
    async findAlertIdByEvent(eventHash) {
      const query = db.selectFrom("alert_event").select("alert_id").where("event_hash", "=", eventHash);
      return (await query.executeTakeFirst())?.alert_id;
    },
    async insertStatement(statement) {
      const { recordId, statementHash, deviceId, alertId, kind, at, receivedAt, text } = statement;
      await db
        .insertInto("statement")
        .values({
          ...{ record_id: recordId, statement_hash: statementHash, device_id: deviceId, alert_id: alertId ?? null },
          ...{ kind, at, received_at: receivedAt, text_json: JSON.stringify(text) },
        })
        .execute();
      if (alertId === undefined) return;
      await db
        .updateTable("alert")
        .set((eb) => ({ statements: eb("statements", "+", 1) }))
        .where("alert_id", "=", alertId)
        .execute();
    },
    async listStatements(alertId) {
      const query = db.selectFrom("statement").selectAll().where("alert_id", "=", alertId).orderBy("record_id");
      return (await query.execute()).map(toStatement);
    },
  };
}

function toAlert(row: Selectable<ConsoleTables["alert"]>): Alert {
  const { claimed_by: reviewerId, lease_id: leaseId, lease_until: until } = row;
  return {
    alertId: row.alert_id,
    caseRef: row.case_ref,
    deviceId: row.device_id,
    orderHash: row.order_hash,
    ruleId: row.rule_id,
    ruleRevision: row.rule_revision,
    ruleSetVersion: row.rule_set_version,
    clauseId: row.clause_id,
    category: row.category,
    severity: row.severity,
    firstAt: row.first_at,
    lastAt: row.last_at,
    receivedAt: row.received_at,
    dueAt: row.due_at,
    events: row.events,
    matches: row.matches,
    statements: row.statements,
    state: row.state,
    claim: reviewerId === null || leaseId === null || until === null ? undefined : { reviewerId, leaseId, until },
  };
}

function fromEvent(event: AlertEvent): ConsoleTables["alert_event"] {
  return {
    record_id: event.recordId,
    alert_id: event.alertId,
    event_hash: event.eventHash,
    seq: event.seq,
    at: event.at,
    received_at: event.receivedAt,
    leaf_index: event.leafIndex,
    severity: event.severity,
    channel: event.channel,
    cause: event.cause,
    count: event.count,
    window_seconds: event.windowSeconds,
    order_unconfirmed: event.orderUnconfirmed ? 1 : 0,
    evidence_json: JSON.stringify(event.evidence),
  };
}

function toEvent(row: ConsoleTables["alert_event"]): AlertEvent {
  return {
    recordId: row.record_id,
    alertId: row.alert_id,
    eventHash: row.event_hash,
    seq: row.seq,
    at: row.at,
    receivedAt: row.received_at,
    leafIndex: row.leaf_index,
    severity: row.severity,
    channel: row.channel,
    cause: row.cause,
    count: row.count,
    windowSeconds: row.window_seconds,
    orderUnconfirmed: row.order_unconfirmed === 1,
    evidence: JSON.parse(row.evidence_json),
  };
}

function toStatement(row: ConsoleTables["statement"]): StoredStatement {
  return {
    recordId: row.record_id,
    statementHash: row.statement_hash,
    deviceId: row.device_id,
    alertId: row.alert_id ?? undefined,
    kind: row.kind,
    at: row.at,
    receivedAt: row.received_at,
    text: JSON.parse(row.text_json),
  };
}
