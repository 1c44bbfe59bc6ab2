import type { Kysely } from "kysely";
import type { DeviceRow } from "../domain/console-records.ts";
import type { DeviceStore } from "../domain/console-store.ts";
import type { ConsoleTables } from "./console-tables.ts";

export function buildDeviceStore(db: Kysely<ConsoleTables>): DeviceStore {
  return {
    async upsert({ deviceId, caseRef, group, state, enrolledAt, lastSeenAt }) {
      const now = { reviewer_group: group, state, last_seen_at: lastSeenAt ?? null };
      await db
        .insertInto("device")
        .values({ device_id: deviceId, case_ref: caseRef, enrolled_at: enrolledAt, rule_set_version: null, ...now })
        .onConflict((conflict) => conflict.column("device_id").doUpdateSet(now))
        .execute();
    },
    async noteRuleSet(deviceId, ruleSetVersion) {
      await db
        .updateTable("device")
        .set({ rule_set_version: ruleSetVersion })
        .where("device_id", "=", deviceId)
        .execute();
    },
    async insertCoverage(deviceId, recordId, intervals) {
      const rows = intervals.map(({ from, to, state, reason }) => ({
        ...{ device_id: deviceId, record_id: recordId, from_at: from, to_at: to, state, reason },
      }));
      await db.insertInto("coverage").values(rows).execute();
    },
    async insertLife(deviceId, { recordId, at, kind, reason }) {
      await db
        .insertInto("life_event")
        .values({ record_id: recordId, device_id: deviceId, at, kind, reason })
        .execute();
    },
    async list(scope, after, limit) {
      const rows = await db
        .selectFrom("device")
        .selectAll()
        .where("reviewer_group", "=", scope.group)
        .where("device_id", ">", after)
        .orderBy("device_id")
        .limit(limit)
        .execute();
      return rows.map(toDevice);
    },
    async find(deviceId, scope) {
      const row = await db
        .selectFrom("device")
        .selectAll()
        .where("device_id", "=", deviceId)
        .where("reviewer_group", "=", scope.group)
        .executeTakeFirst();
      return row === undefined ? undefined : toDevice(row);
    },
    async listCoverage(deviceId, since) {
      const rows = await db
        .selectFrom("coverage")
        .select(["from_at", "to_at", "state", "reason"])
        .where("device_id", "=", deviceId)
        .where("to_at", ">", since)
        .orderBy("from_at")
        .limit(2_000)
        .execute();
      return rows.map(({ from_at: from, to_at: to, state, reason }) => ({ from, to, state, reason }));
    },
    async listLife(deviceId, limit) {
      const rows = await db
        .selectFrom("life_event")
        .selectAll()
        .where("device_id", "=", deviceId)
        .orderBy("record_id", "desc")
        .limit(limit)
        .execute();
      return rows.map(({ record_id: recordId, at, kind, reason }) => ({ recordId, at, kind, reason }));
    },
  };
}

function toDevice(row: ConsoleTables["device"]): DeviceRow {
  return {
    deviceId: row.device_id,
    caseRef: row.case_ref,
    state: row.state,
    enrolledAt: row.enrolled_at,
    lastSeenAt: row.last_seen_at ?? undefined,
    ruleSetVersion: row.rule_set_version ?? undefined,
  };
}
