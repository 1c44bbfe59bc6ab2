import { type Kysely, sql } from "kysely";
import type { DecisionStore, EvidenceStore } from "../domain/console-store.ts";
import type { ConsoleTables } from "./console-tables.ts";

export function buildEvidenceStore(db: Kysely<ConsoleTables>): EvidenceStore {
  return {
    async insertView({ alertId, about, level, reviewerId, role, at, viewHash, envelope }) {
      const who = { reviewer_id: reviewerId, role, at };
      const what = { alert_id: alertId, about, level, view_hash: viewHash, envelope_json: JSON.stringify(envelope) };
      await db
        .insertInto("evidence_view")
        .values({ ...what, ...who })
        .execute();
    },
    async listViews(alertId) {
      const query = db.selectFrom("evidence_view").selectAll().where("alert_id", "=", alertId).orderBy("view_id");
      return (await query.execute()).map((row) => ({
        ...{ alertId, about: row.about, level: row.level, reviewerId: row.reviewer_id },
        ...{ role: row.role, at: row.at, viewHash: row.view_hash },
      }));
    },
    async hasView(about, level, reviewerId) {
      const query = db
        .selectFrom("evidence_view")
        .select("view_id")
        .where("about", "=", about)
        .where("level", "=", level)
        .where("reviewer_id", "=", reviewerId)
        .limit(1);
      return (await query.executeTakeFirst()) !== undefined;
    },
    async setStatementState(statementHash, reviewerId, state, at) {
      await db
        .insertInto("statement_read")
        .values({ statement_hash: statementHash, reviewer_id: reviewerId, state, at })
        .onConflict((conflict) => conflict.columns(["statement_hash", "reviewer_id"]).doUpdateSet({ state, at }))
        .execute();
    },
    async listStatementStates(alertId, reviewerId) {
      const rows = await db
        .selectFrom("statement_read")
        .innerJoin("statement", "statement.statement_hash", "statement_read.statement_hash")
        .select(["statement_read.statement_hash", "statement_read.state"])
        .where("statement.alert_id", "=", alertId)
        .where("statement_read.reviewer_id", "=", reviewerId)
        .execute();
      return new Map(rows.map((row) => [row.statement_hash, row.state]));
    },
  };
}

export function buildDecisionStore(db: Kysely<ConsoleTables>): DecisionStore {
  return {
    async close({ alertId, leaseId, now }) {
      const result = await db
        .updateTable("alert")
        .set({ state: "decided", claimed_by: null, lease_id: null, lease_until: null })
        .where("alert_id", "=", alertId)
        .where("lease_id", "=", leaseId)
        .where("lease_until", ">", now)
        .executeTakeFirst();
      return result.numUpdatedRows === 1n;
    },
    async insert({ told, privateNote, envelope, ...decision }) {
      const { decisionId, alertId, decisionHash, reasonCode, reviewerId, overrideOf, ...same } = decision;
      await db
        .insertInto("decision")
        .values({
          ...same,
          ...{ decision_id: decisionId, alert_id: alertId, decision_hash: decisionHash, reason_code: reasonCode },
          ...{ reviewer_id: reviewerId, override_of: overrideOf ?? null, envelope_json: JSON.stringify(envelope) },
        })
        .execute();
      await db
        .insertInto("decision_words")
        .values({ decision_id: decisionId, told, private_note: privateNote })
        .execute();
    },
    async list(alertId) {
      const rows = await db
        .selectFrom("decision")
        .leftJoin("decision_words", "decision_words.decision_id", "decision.decision_id")
        .selectAll("decision")
        .select([
          sql<string>`coalesce(told, '')`.as("told"),
          sql<string>`coalesce(private_note, '')`.as("private_note"),
        ])
        .where("alert_id", "=", alertId)
        .orderBy("decision_key")
        .execute();
      return rows.map((row) => ({
        ...{ decisionId: row.decision_id, alertId: row.alert_id, decisionHash: row.decision_hash },
        ...{ outcome: row.outcome, reasonCode: row.reason_code, reviewerId: row.reviewer_id, role: row.role },
        ...{ attested: row.attested, at: row.at, overrideOf: row.override_of ?? undefined, events: row.events },
        ...{ told: row.told, privateNote: row.private_note },
      }));
    },
  };
}
