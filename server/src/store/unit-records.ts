import { parseHex, toHex, utf8 } from "@overt/shared/bytes.ts";
import type { RawSign, SigningKey } from "@overt/shared/crypto/ed25519.ts";
import { Envelope, signEnvelope } from "@overt/shared/crypto/envelope.ts";
import { sha256Hex } from "@overt/shared/crypto/hash.ts";
import type { ErrorCode } from "@overt/shared/errors.ts";
import { LeafType } from "@overt/shared/log/leaf.ts";
import { payloadTypes } from "@overt/shared/protocol/payload-types.ts";
import type { Insertable, Kysely } from "kysely";
import type { ChainHead, HeldRecord, IngestUnit, KnownDevice, NewRecord } from "../domain/ingest-store.ts";
import type { CaseStore } from "./ingest-cases.ts";
import type { IngestTables } from "./ingest-tables.ts";
import { insertRows } from "./insert-rows.ts";

export interface RecordContext {
  readonly db: Kysely<IngestTables>;
  readonly cases: CaseStore;
  readonly now: number;
  readonly receiptKey: SigningKey;
  readonly sign: RawSign;
  readonly logOrigin: string;
  /** The highest record id that has committed; ids are given out from there. */
  readonly lastRecord: number;
  readonly appendLeaf: IngestUnit["appendLeaf"];
}

type RecordPart = Pick<IngestUnit, "findHead" | "findHeld" | "appendRecord" | "appendFork" | "listMissingBlobs">;
type Row<T extends keyof IngestTables> = Insertable<IngestTables[T]>;

/** Records of one transaction: gathered, and written many to a statement by `flush`. */
export function buildRecordUnit(context: RecordContext): RecordPart & { flush(): Promise<number> } {
  const { db, cases, now } = context;
  const logOrigin = sha256Hex(utf8(context.logOrigin));
  const heads = new Map<number, ChainHead & { recordId?: number }>();
  const written = new Map<string, HeldRecord>();
  const rows: {
    record: Row<"record">[];
    receipt: Row<"receipt">[];
    body: Row<"body">[];
    wanted: Row<"wanted_blob">[];
  } = {
    record: [],
    receipt: [],
    body: [],
    wanted: [],
  };
  const place = (device: KnownDevice, seq: number) => `${device.deviceKey} ${seq}`;

  function makeReceipt({ device, seq, hash }: NewRecord, leafIndex: number): Envelope {
    const { deviceId } = device;
    const receipt = { v: 1, deviceId, seq, eventHash: hash, receivedAt: now, logOrigin, leafIndex };
    return signEnvelope(payloadTypes.receipt, receipt, [context.receiptKey], context.sign);
  }

  return {
    async findHead(device) {
      const known = heads.get(device.deviceKey);
      if (known !== undefined) return known;
      const row = await db
        .selectFrom("device_head")
        .select(["seq", "hash"])
        .where("device_key", "=", device.deviceKey)
        .executeTakeFirstOrThrow();
      return { seq: row.seq, hash: toHex(row.hash) };
    },
    async findHeld(device, seq) {
      return written.get(place(device, seq)) ?? readHeld(db, device, seq);
    },
    async appendRecord(record) {
      const { device, seq, hash, envelope, refused } = record;
      const leaf_index = context.appendLeaf(record.leafType, hash);
      const record_id = context.lastRecord + rows.record.length + 1;
      const receipt = makeReceipt(record, leaf_index);
      const { deviceKey: device_key, caseId: case_id } = device;
      if (envelope !== undefined) {
        rows.body.push({ record_id, case_id, sealed: await cases.sealJson(case_id, envelope) });
      }
      rows.record.push({
        ...{ record_id, device_key, seq, hash: parseHex(hash), received_at: now, leaf_index },
        refused: refused ?? null,
      });
      rows.receipt.push({ record_id, envelope: JSON.stringify(receipt) });
      for (const sha256 of record.wantedBlobs) rows.wanted.push({ sha256, device_key, record_id });
      written.set(place(device, seq), { hash, receipt, refused });
      heads.set(device_key, { seq, hash, recordId: record_id });
      return receipt;
    },
    async appendFork(device, seq, hash) {
      const done = await db
        .insertInto("fork")
        .values({ device_key: device.deviceKey, seq, hash, received_at: now })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      if (Number(done.numInsertedOrUpdatedRows ?? 0) > 0) context.appendLeaf(LeafType.fork, hash);
    },
    async listMissingBlobs(device, sha256s) {
      if (sha256s.length === 0) return [];
      const held = await db
        .selectFrom("blob")
        .select("sha256")
        .where("case_id", "=", device.caseId)
        .where("sha256", "in", sha256s)
        .execute();
      const known = new Set(held.map((row) => row.sha256));
      return [...new Set(sha256s)].filter((sha256) => !known.has(sha256));
    },
    async flush() {
      await insertRows(rows.record, (some) => db.insertInto("record").values(some));
      await insertRows(rows.receipt, (some) => db.insertInto("receipt").values(some));
      await insertRows(rows.body, (some) => db.insertInto("body").values(some));
      await insertRows(rows.wanted, (some) =>
        db
          .insertInto("wanted_blob")
          .values(some)
          .onConflict((conflict) => conflict.doNothing()),
      );
      for (const [deviceKey, { seq, hash, recordId }] of heads) {
        await db
          .updateTable("device_head")
          .set({ seq, hash: parseHex(hash), record_id: recordId ?? null, last_seen_at: now })
          .where("device_key", "=", deviceKey)
          .execute();
      }
      return context.lastRecord + rows.record.length;
    },
  };
}

async function readHeld(db: Kysely<IngestTables>, device: KnownDevice, seq: number): Promise<HeldRecord | undefined> {
  const row = await db
    .selectFrom("record")
    .innerJoin("receipt", "receipt.record_id", "record.record_id")
    .select(["record.hash", "record.refused", "receipt.envelope"])
    .where("record.device_key", "=", device.deviceKey)
    .where("record.seq", "=", seq)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    hash: toHex(row.hash),
    receipt: Envelope.parse(JSON.parse(row.envelope)),
    refused: (row.refused as ErrorCode | null) ?? undefined,
  };
}
