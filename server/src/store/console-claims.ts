import { type Kysely, sql } from "kysely";
import type { ClaimStore } from "../domain/console-store.ts";
import type { ConsoleTables } from "./console-tables.ts";

const unclaimed = { claimed_by: null, lease_id: null, lease_until: null } as const;

export function buildClaimStore(db: Kysely<ConsoleTables>): ClaimStore {
  return {
    async take({ alertId, state, scope, reviewerId, leaseId, now, until, most }) {
      // Condition and change are one statement: of two reviewers at the same moment one changes a row.
      const result = await db
        .updateTable("alert")
        .set({ claimed_by: reviewerId, lease_id: leaseId, lease_until: until })
        .where("alert_id", "=", alertId)
        .where("reviewer_group", "=", scope.group)
        .where("state", "=", state)
        .where((eb) =>
          eb.or([eb("lease_until", "is", null), eb("lease_until", "<=", now), eb("claimed_by", "=", reviewerId)]),
        )
        .where(
          sql<boolean>`(select count(*) from alert as held where held.claimed_by = ${reviewerId} and held.lease_until > ${now} and held.alert_id <> ${alertId}) < ${most}`,
        )
        .executeTakeFirst();
      return result.numUpdatedRows === 1n;
    },
    async extend({ alertId, leaseId, now, until }) {
      const result = await db
        .updateTable("alert")
        .set({ lease_until: until })
        .where("alert_id", "=", alertId)
        .where("lease_id", "=", leaseId)
        .where("lease_until", ">", now)
        .executeTakeFirst();
      return result.numUpdatedRows === 1n;
    },
    async release({ alertId, leaseId }) {
      const result = await db
        .updateTable("alert")
        .set(unclaimed)
        .where("alert_id", "=", alertId)
        .where("lease_id", "=", leaseId)
        .executeTakeFirst();
      return result.numUpdatedRows === 1n;
    },
    async countHeld(reviewerId, now) {
      const row = await db
        .selectFrom("alert")
        .select(({ fn }) => fn.countAll<number>().as("held"))
        .where("claimed_by", "=", reviewerId)
        .where("lease_until", ">", now)
        .executeTakeFirstOrThrow();
      return Number(row.held);
    },
    async findNextFree(scope, now) {
      const row = await db
        .selectFrom("alert")
        .select("alert_id")
        .where("state", "=", "waiting")
        .where("reviewer_group", "=", scope.group)
        .where((eb) => eb.or([eb("lease_until", "is", null), eb("lease_until", "<=", now)]))
        .orderBy("due_at")
        .orderBy("alert_id")
        .executeTakeFirst();
      return row?.alert_id;
    },
    async saveDraft(alertId, reviewerId, { outcome, reasonCode, told, privateNote, savedAt }) {
      const words = { outcome, reason_code: reasonCode, told, private_note: privateNote, saved_at: savedAt };
      await db
        .insertInto("draft")
        .values({ alert_id: alertId, reviewer_id: reviewerId, ...words })
        .onConflict((conflict) => conflict.columns(["alert_id", "reviewer_id"]).doUpdateSet(words))
        .execute();
    },
    async findDraft(alertId, reviewerId) {
      const row = await db
        .selectFrom("draft")
        .selectAll()
        .where("alert_id", "=", alertId)
        .where("reviewer_id", "=", reviewerId)
        .executeTakeFirst();
      if (row === undefined) return undefined;
      const { outcome, told, reason_code: reasonCode, private_note: privateNote, saved_at: savedAt } = row;
      return { outcome, reasonCode, told, privateNote, savedAt };
    },
    async deleteDrafts(alertId) {
      await db.deleteFrom("draft").where("alert_id", "=", alertId).execute();
    },
  };
}
