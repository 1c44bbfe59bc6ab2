import type { Kysely } from "kysely";
import type { IngestTables } from "./ingest-tables.ts";

/**
 * Erases a case: the row that says so, then the key, then what the key sealed and may be deleted. Orders, acknowledgements
 * and statuses stay as ciphertext that nobody can open; hashes, leaves and receipts stay. False where there is no key.
 */
export async function eraseCase(db: Kysely<IngestTables>, caseRef: string, now: number): Promise<boolean> {
  const found = await db
    .selectFrom("covered_case")
    .innerJoin("case_key", "case_key.case_id", "covered_case.case_id")
    .select("covered_case.case_id")
    .where("case_ref", "=", caseRef)
    .executeTakeFirst();
  if (found === undefined) return false;
  const { case_id } = found;
  await db.insertInto("erasure").values({ case_id, erased_at: now }).execute();
  await db.deleteFrom("case_key").where("case_id", "=", case_id).execute();
  for (const table of ["body", "blob", "pack"] as const) {
    await db.deleteFrom(table).where("case_id", "=", case_id).execute();
  }
  return true;
}
