import { toHex } from "@overt/shared/bytes.ts";
import { Envelope, envelopeHash } from "@overt/shared/crypto/envelope.ts";
import { StoreError } from "@overt/shared/errors.ts";
import { Event } from "@overt/shared/protocol/event.ts";
import { payloadTypes } from "@overt/shared/protocol/payload-types.ts";
import { Statement } from "@overt/shared/protocol/statement.ts";
import type { Kysely } from "kysely";
import type { Handover, IngestReader, StoredDevice, StoredRecord } from "../domain/ports.ts";
import { buildCaseStore } from "./ingest-cases.ts";
import { readOrder } from "./ingest-store.ts";
import type { IngestTables } from "./ingest-tables.ts";
import { insertRows } from "./insert-rows.ts";

type Db = Kysely<IngestTables>;

/** What the console reads of ingest's database. */
export function buildIngestReader(db: Db): IngestReader {
  const cases = buildCaseStore(db);
  const records = () =>
    db
      .selectFrom("record")
      .innerJoin("device", "device.device_key", "record.device_key")
      .innerJoin("covered_case", "covered_case.case_id", "device.case_id")
      .leftJoin("body", "body.record_id", "record.record_id")
      .select([
        "record.record_id",
        "record.hash",
        "record.received_at",
        "record.leaf_index",
        "device.device_id",
        "covered_case.case_ref",
        "device.case_id",
        "body.sealed",
      ])
      .where("record.refused", "is", null);
  type Row = Awaited<ReturnType<ReturnType<typeof records>["execute"]>>[number];

  async function read(row: Row): Promise<StoredRecord> {
    const body = row.sealed === null ? undefined : await cases.openJson(row.case_id, row.sealed);
    const hash = toHex(row.hash);
    if (body !== undefined && envelopeHash(Envelope.parse(body)) !== hash) {
      throw new StoreError("STORE_CORRUPT", "A stored record is not the one whose hash was logged.");
    }
    return {
      recordId: row.record_id,
      deviceId: row.device_id,
      caseRef: row.case_ref,
      hash,
      receivedAt: row.received_at,
      leafIndex: row.leaf_index,
      body: body === undefined ? undefined : readBody(body),
    };
  }
  const readAll = (rows: readonly Row[]) => Promise.all(rows.map(read));

  /** Writes the look-up by hash for records that came since the last call. */
  async function indexHashes(): Promise<void> {
    while (await isIndexBehind(db)) await indexPage();
  }
  async function indexPage(): Promise<void> {
    await db.transaction().execute(async (trx) => {
      const done = await findIndexed(trx);
      const rows = await trx
        .selectFrom("record")
        .select(["record_id", "hash"])
        .where("record_id", ">", done)
        .orderBy("record_id")
        .limit(indexPageRows)
        .execute();
      const entries = rows.map((row) => ({ prefix: prefixOf(row.hash), record_id: row.record_id }));
      await insertRows(
        entries.sort((a, b) => a.prefix - b.prefix),
        (some) => trx.insertInto("record_hash").values(some),
      );
      const value = rows.at(-1)?.record_id;
      if (value === undefined) return;
      await trx
        .insertInto("progress")
        .values({ name: "record-hash", value })
        .onConflict((conflict) => conflict.column("name").doUpdateSet({ value }))
        .execute();
    });
  }

  return {
    async listRecords(after, limit) {
      return readAll(
        await records().where("record.record_id", ">", after).orderBy("record.record_id").limit(limit).execute(),
      );
    },
    async findRecord(hash) {
      await indexHashes();
      const prefix = prefixOf(Buffer.from(hash, "hex"));
      const rows = await records()
        .innerJoin("record_hash", "record_hash.record_id", "record.record_id")
        .where("record_hash.prefix", "=", prefix)
        .execute();
      const row = rows.find((each) => toHex(each.hash) === hash);
      return row && read(row);
    },
    async listDeviceRecords(deviceId, before, limit) {
      return readAll(
        await records()
          .where("device.device_id", "=", deviceId)
          .where("record.seq", "<", before)
          .orderBy("record.seq", "desc")
          .limit(limit)
          .execute(),
      );
    },
    async findBlob(ciphertextSha256) {
      const row = await db
        .selectFrom("blob")
        .select(["case_id", "sealed"])
        .where("sha256", "=", ciphertextSha256)
        .executeTakeFirst();
      return row && cases.openSealed(row.case_id, row.sealed);
    },
    async listDevices() {
      return (await devices(db).execute()).map(readDevice);
    },
    async findDevice(deviceId) {
      const row = await devices(db).where("device.device_id", "=", deviceId).executeTakeFirst();
      return row && readDevice(row);
    },
    async findOrder(orderHash) {
      const row = await db
        .selectFrom("court_order")
        .select(["case_id", "sealed"])
        .where("order_hash", "=", orderHash)
        .executeTakeFirst();
      return row && readOrder(await cases.openJson(row.case_id, row.sealed));
    },
  };
}

const indexPageRows = 5_000;

async function findIndexed(db: Db): Promise<number> {
  const row = await db.selectFrom("progress").select("value").where("name", "=", "record-hash").executeTakeFirst();
  return row?.value ?? 0;
}

async function isIndexBehind(db: Db): Promise<boolean> {
  const indexed = await findIndexed(db);
  const next = await db
    .selectFrom("record")
    .select("record_id")
    .where("record_id", ">", indexed)
    .limit(1)
    .executeTakeFirst();
  return next !== undefined;
}

/** Where the console leaves hashes and replies; ingest's sequencer takes them up. */
export function buildHandover(db: Db): Handover {
  return {
    async submit(items) {
      if (items.length === 0) return;
      await db
        .insertInto("handover")
        .values(
          items.map(({ leafType, hash, reply }) => ({
            leaf_type: leafType,
            hash,
            device_id: reply?.deviceId ?? null,
            item: reply === undefined ? null : JSON.stringify(reply.item),
          })),
        )
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },
  };
}

function devices(db: Db) {
  return db
    .selectFrom("device")
    .innerJoin("covered_case", "covered_case.case_id", "device.case_id")
    .innerJoin("device_head", "device_head.device_key", "device.device_key")
    .select([
      "device.device_id",
      "covered_case.case_ref",
      "device.order_hash",
      "device.public_key",
      "device.box_key",
      "device.enrolled_at",
      "device.state",
      "device_head.seq",
      "device_head.last_seen_at",
    ])
    .orderBy("device.device_key");
}

function readDevice(row: Awaited<ReturnType<ReturnType<typeof devices>["execute"]>>[number]): StoredDevice {
  return {
    deviceId: row.device_id,
    caseRef: row.case_ref,
    orderHash: row.order_hash,
    publicKey: row.public_key,
    boxKey: row.box_key,
    enrolledAt: row.enrolled_at,
    state: row.state,
    head: row.seq,
    lastSeenAt: row.last_seen_at ?? undefined,
  };
}

function readBody(body: unknown): StoredRecord["body"] {
  const { payloadType, payload } = Envelope.parse(body);
  const value: unknown = JSON.parse(Buffer.from(payload, "base64").toString("utf8"));
  return payloadType === payloadTypes.statement
    ? { type: "statement", statement: Statement.parse(value) }
    : { type: "event", event: Event.parse(value) };
}

function prefixOf(hash: Uint8Array): number {
  return Buffer.from(hash).readUIntBE(0, 6);
}
