import { randomBytes } from "node:crypto";
import { parseUtf8, utf8 } from "@overt/shared/bytes.ts";
import { PolicyError } from "@overt/shared/errors.ts";
import type { Kysely } from "kysely";
import { openForCase, sealForCase } from "./case-seal.ts";
import type { IngestTables } from "./ingest-tables.ts";

/** Cases and the keys that their bodies are encrypted with. */
export interface CaseStore {
  /** The case's number; made, with a key, when it is new. */
  open(caseRef: string): Promise<number>;
  seal(caseId: number, plain: Uint8Array): Promise<Uint8Array>;
  sealJson(caseId: number, value: unknown): Promise<Uint8Array>;
  /** Undefined once the case was erased. */
  openSealed(caseId: number, sealed: Uint8Array): Promise<Uint8Array | undefined>;
  openJson(caseId: number, sealed: Uint8Array): Promise<unknown>;
}

/** `keepKeys` only inside a transaction: a key that outlives its row would undo an erasure. */
export function buildCaseStore(db: Kysely<IngestTables>, options: { readonly keepKeys?: boolean } = {}): CaseStore {
  const kept = new Map<number, Uint8Array>();
  async function findKey(caseId: number): Promise<Uint8Array | undefined> {
    const known = kept.get(caseId);
    if (known !== undefined) return known;
    const row = await db.selectFrom("case_key").select("key").where("case_id", "=", caseId).executeTakeFirst();
    if (row !== undefined && options.keepKeys) kept.set(caseId, row.key);
    return row?.key;
  }
  const store: CaseStore = {
    async open(caseRef) {
      const known = await db
        .selectFrom("covered_case")
        .select("case_id")
        .where("case_ref", "=", caseRef)
        .executeTakeFirst();
      if (known !== undefined) return known.case_id;
      const { case_id } = await db
        .insertInto("covered_case")
        .values({ case_ref: caseRef })
        .returning("case_id")
        .executeTakeFirstOrThrow();
      await db
        .insertInto("case_key")
        .values({ case_id, key: randomBytes(32) })
        .execute();
      return case_id;
    },
    async seal(caseId, plain) {
      const key = await findKey(caseId);
      if (key === undefined) throw new PolicyError("FORBIDDEN", "The case was erased: nothing more is kept for it.");
      return sealForCase(key, plain);
    },
    sealJson: (caseId, value) => store.seal(caseId, utf8(JSON.stringify(value))),
    async openSealed(caseId, sealed) {
      const key = await findKey(caseId);
      return key === undefined ? undefined : openForCase(key, sealed);
    },
    async openJson(caseId, sealed) {
      const plain = await store.openSealed(caseId, sealed);
      return plain === undefined ? undefined : (JSON.parse(parseUtf8(plain)) as unknown);
    },
  };
  return store;
}
