import { type Kysely, sql } from "kysely";
import type { AuditRow, AuditStore, OutboxStore } from "../domain/console-store.ts";
import type { HandoverItem } from "../domain/ports.ts";
import type { ConsoleTables } from "./console-tables.ts";

export function buildAuditStore(db: Kysely<ConsoleTables>): AuditStore {
  return {
    async findHead() {
      return db.selectFrom("audit").select(["seq", "hash"]).orderBy("seq", "desc").limit(1).executeTakeFirst();
    },
    async insert({ v: _, objectHash, objectId, ...row }) {
      await db
        .insertInto("audit")
        .values({ ...row, object_hash: objectHash, object_id: objectId })
        .execute();
    },
    async list(scope, before, limit) {
      let query = db.selectFrom("audit").selectAll().where("seq", "<", before);
      if (scope.kind === "own") query = query.where("actor", "=", scope.reviewerId);
      return (await query.orderBy("seq", "desc").limit(limit).execute()).map(toAuditRow);
    },
    async listChain(after, limit) {
      const query = db.selectFrom("audit").selectAll().where("seq", ">", after).orderBy("seq").limit(limit);
      return (await query.execute()).map(toAuditRow);
    },
  };
}

export function buildOutboxStore(db: Kysely<ConsoleTables>): OutboxStore {
  return {
    async add(items) {
      if (items.length === 0) return;
      const rows = items.map((item) => ({ item_json: JSON.stringify(item) }));
      await db.insertInto("outbox").values(rows).execute();
    },
    async listPending(limit) {
      // Commits come in the order of the ids, so what is done is a prefix.
      const rows = await db
        .selectFrom("outbox")
        .selectAll()
        .where("outbox_id", ">", sql<number>`coalesce((select max(outbox_id) from outbox_done), 0)`)
        .orderBy("outbox_id")
        .limit(limit)
        .execute();
      return rows.map((row) => ({ id: row.outbox_id, item: JSON.parse(row.item_json) as HandoverItem }));
    },
    async markSubmitted(ids, at) {
      if (ids.length === 0) return;
      const rows = ids.map((id) => ({ outbox_id: id, submitted_at: at }));
      await db
        .insertInto("outbox_done")
        .values(rows)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },
  };
}

function toAuditRow({ object_hash: objectHash, object_id: objectId, ...row }: ConsoleTables["audit"]): AuditRow {
  return { v: 1, ...row, objectHash, objectId };
}
