import type { RawSign, SigningKey } from "@overt/shared/crypto/ed25519.ts";
import { Envelope } from "@overt/shared/crypto/envelope.ts";
import { treeRoot } from "@overt/shared/log/merkle.ts";
import { Order } from "@overt/shared/protocol/order.ts";
import { FeedItem } from "@overt/shared/protocol/wire.ts";
import { type Kysely, sql } from "kysely";
import { z } from "zod";
import type { IngestStore, IngestUnit } from "../domain/ingest-store.ts";
import type { Published } from "../log/checkpoint-copy.ts";
import type { Dialect } from "./dialect.ts";
import { eraseCase } from "./erase-case.ts";
import { buildCaseStore } from "./ingest-cases.ts";
import { openTree } from "./ingest-log.ts";
import { buildRelayStore } from "./ingest-relay.ts";
import { buildRuleSets, findDeviceById } from "./ingest-rows.ts";
import type { IngestTables } from "./ingest-tables.ts";
import { buildUnit, type IngestEnd } from "./ingest-unit.ts";

type Db = Kysely<IngestTables>;

export interface IngestStoreOptions {
  readonly receiptKey: SigningKey;
  readonly sign: RawSign;
  readonly logOrigin: string;
  /** Unix seconds. */
  readonly now: () => number;
  /** Checkpoints that are kept outside the database. */
  readonly published?: readonly Published[];
  readonly dialect?: Dialect;
  /** Exchange messages kept at a time; anybody may write the first of an exchange. */
  readonly maxOpenSteps?: number;
}

export interface LogState {
  /** Size and root of what has committed. */
  current(): { readonly size: number; readonly root: Uint8Array };
}

/**
 * The store over an open database, checked against what was published (ingest-log.ts). One process writes the log, under
 * a lock (log-lock.ts); should there be a second one, it finds leaf numbers taken and its commit fails whole.
 */
export async function buildIngestStore(
  db: Db,
  options: IngestStoreOptions,
): Promise<IngestStore & { readonly log: LogState }> {
  const last = await db
    .selectFrom("record")
    .select((eb) => eb.fn.max("record_id").as("id"))
    .executeTakeFirst();
  let end: IngestEnd = { tree: await openTree(db, options.published ?? []), lastRecord: last?.id ?? 0 };
  let queue: Promise<unknown> = Promise.resolve();

  async function commitNow<T>(work: (unit: IngestUnit) => Promise<T>): Promise<T> {
    const done = await db.transaction().execute(async (trx) => {
      const unit = buildUnit({ ...options, db: trx, end, now: options.now() });
      const value = await work(unit);
      return { value, end: await unit.flush() };
    });
    end = done.end;
    return done.value;
  }

  return {
    ...buildReads(db, options.dialect ?? "sqlite"),
    ...buildRelayStore(db, { maxOpenSteps: options.maxOpenSteps ?? 20_000 }),
    log: { current: () => ({ size: end.tree.size, root: treeRoot(end.tree) }) },
    commit(work) {
      const next = queue.then(() => commitNow(work));
      queue = next.catch(() => undefined);
      return next;
    },
  };
}

type RelayPart = "savePack" | "findPack" | "saveExchangeStep" | "findExchangeStep" | "deleteExpired";

function buildReads(db: Db, dialect: Dialect): Omit<IngestStore, "commit" | RelayPart> {
  const cases = buildCaseStore(db);
  const ruleSets = buildRuleSets(db);
  return {
    findDevice: (deviceId) => findDeviceById(db, deviceId),
    async findOrder(orderHash) {
      const row = await db.selectFrom("court_order").selectAll().where("order_hash", "=", orderHash).executeTakeFirst();
      if (row === undefined) return undefined;
      const order = readOrder(await cases.openJson(row.case_id, row.sealed));
      if (order === undefined) return undefined;
      const revoked = await db
        .selectFrom("order_status")
        .select((eb) => eb.fn.min("issued_at").as("at"))
        .where("order_id", "=", row.order_id)
        .where("state", "=", "revoked")
        .executeTakeFirst();
      return { order, orderHash, caseId: row.case_id, revokedAt: revoked?.at ?? undefined };
    },
    async findCurrentOrder(device) {
      const row = await db
        .selectFrom("court_order as acknowledged")
        .innerJoin("court_order as newest", "newest.order_id", "acknowledged.order_id")
        .select(["newest.sealed", "newest.order_id", "newest.version"])
        .where("acknowledged.order_hash", "=", device.orderHash)
        .orderBy("newest.version", "desc")
        .limit(1)
        .executeTakeFirst();
      if (row === undefined) return undefined;
      const status = await db
        .selectFrom("order_status")
        .select("sealed")
        .where("order_id", "=", row.order_id)
        .where("version", "=", row.version)
        .orderBy("issued_at", "desc")
        .orderBy("status_id", "desc")
        .limit(1)
        .executeTakeFirstOrThrow();
      const order = await cases.openJson(device.caseId, row.sealed);
      const orderStatus = await cases.openJson(device.caseId, status.sealed);
      if (order === undefined || orderStatus === undefined) return undefined;
      return { order: Envelope.parse(order), orderStatus: Envelope.parse(orderStatus) };
    },
    readRules: () => ruleSets.read(),
    async listFeed(device, after, limit) {
      const rows = await db
        .selectFrom("feed")
        .select(["cursor", "item"])
        .where("device_key", "=", device.deviceKey)
        .where("cursor", ">", after)
        .orderBy("cursor")
        .limit(limit)
        .execute();
      return rows.map((row) =>
        FeedItem.parse({ ...z.record(z.string(), z.unknown()).parse(JSON.parse(row.item)), cursor: row.cursor }),
      );
    },
    async spendNonce(device, nonce, now, expiresAt) {
      await db.deleteFrom("nonce").where("expires_at", "<", now).where("device_key", "=", device.deviceKey).execute();
      const done = await db
        .insertInto("nonce")
        .values({ device_key: device.deviceKey, nonce, expires_at: expiresAt })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return Number(done.numInsertedOrUpdatedRows ?? 0) > 0;
    },
    async isBlobWanted(device, sha256) {
      const row = await db
        .selectFrom("wanted_blob")
        .select("record_id")
        .where("sha256", "=", sha256)
        .where("device_key", "=", device.deviceKey)
        .executeTakeFirst();
      return row !== undefined;
    },
    async saveBlob(device, sha256, bytes, now) {
      const sealed = await cases.seal(device.caseId, bytes);
      const done = await db
        .insertInto("blob")
        .values({ sha256, case_id: device.caseId, size: bytes.length, stored_at: now, sealed })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return Number(done.numInsertedOrUpdatedRows ?? 0) > 0;
    },
    async hasHandover() {
      const done = await db.selectFrom("progress").select("value").where("name", "=", "handover").executeTakeFirst();
      const next = await db
        .selectFrom("handover")
        .select("handover_id")
        .where("handover_id", ">", done?.value ?? 0)
        .limit(1)
        .executeTakeFirst();
      return next !== undefined;
    },
    async eraseCase(caseRef, now) {
      const erased = await db.transaction().execute((trx) => eraseCase(trx, caseRef, now));
      // The key's old bytes would otherwise stay in the write-ahead log until somebody fills it.
      if (erased && dialect === "sqlite") await sql`pragma wal_checkpoint(truncate)`.execute(db);
      return erased;
    },
    async probe(now) {
      await db
        .insertInto("progress")
        .values({ name: "probe", value: now })
        .onConflict((conflict) => conflict.column("name").doUpdateSet({ value: now }))
        .execute();
    },
    async countBlobBytes(device) {
      const row = await db
        .selectFrom("blob")
        .select((eb) => eb.fn.sum<number>("size").as("bytes"))
        .where("case_id", "=", device.caseId)
        .executeTakeFirst();
      return Number(row?.bytes ?? 0);
    },
  };
}

/** Stored documents were verified when they came in; their rows are sealed, so what opens is what was stored. */
export function readOrder(envelope: unknown): Order | undefined {
  if (envelope === undefined) return undefined;
  const { payload } = Envelope.parse(envelope);
  return Order.parse(JSON.parse(Buffer.from(payload, "base64").toString("utf8")));
}
