import type { LeafType } from "@overt/shared/log/leaf.ts";
import type { Kysely } from "kysely";
import type { IngestUnit } from "../domain/ingest-store.ts";
import type { IngestTables } from "./ingest-tables.ts";

/** What comes from the rest of the agency: published rules, and what the console hands over. */
export function buildHandoverUnit(context: {
  readonly db: Kysely<IngestTables>;
  readonly now: number;
  readonly appendLeaf: IngestUnit["appendLeaf"];
}): Pick<IngestUnit, "saveRuleSets" | "markTargets" | "drainHandover"> {
  const { db, now, appendLeaf } = context;

  async function addToFeed(deviceId: string, item: string): Promise<void> {
    await db
      .insertInto("feed")
      .columns(["device_key", "item"])
      .expression((eb) =>
        eb
          .selectFrom("device")
          .select(["device_key", eb.val(item).as("item")])
          .where("device_id", "=", deviceId),
      )
      .execute();
  }

  return {
    async saveRuleSets(sets) {
      for (const set of sets) {
        await db
          .insertInto("rule_set")
          .values({ bundle: set.bundle, version: set.version, body: JSON.stringify(set) })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      }
    },
    async markTargets(targetsSha256) {
      const done = await db
        .insertInto("progress")
        .values({ name: `targets ${targetsSha256}`, value: now })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return Number(done.numInsertedOrUpdatedRows ?? 0) > 0;
    },
    async drainHandover(limit) {
      const done = await db.selectFrom("progress").select("value").where("name", "=", "handover").executeTakeFirst();
      const rows = await db
        .selectFrom("handover")
        .selectAll()
        .where("handover_id", ">", done?.value ?? 0)
        .orderBy("handover_id")
        .limit(limit)
        .execute();
      const last = rows.at(-1);
      if (last === undefined) return false;
      for (const row of rows) {
        appendLeaf(row.leaf_type as LeafType, row.hash);
        if (row.item !== null && row.device_id !== null) await addToFeed(row.device_id, row.item);
      }
      await db
        .insertInto("progress")
        .values({ name: "handover", value: last.handover_id })
        .onConflict((conflict) => conflict.column("name").doUpdateSet({ value: last.handover_id }))
        .execute();
      return true;
    },
  };
}
