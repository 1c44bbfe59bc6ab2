import type { RawSign, SigningKey } from "@overt/shared/crypto/ed25519.ts";
import { Envelope } from "@overt/shared/crypto/envelope.ts";
import { type Tree, treeRoot } from "@overt/shared/log/merkle.ts";
import { EnrolmentPack } from "@overt/shared/protocol/enrolment.ts";
import { Order } from "@overt/shared/protocol/order.ts";
import { FeedItem } from "@overt/shared/protocol/wire.ts";
import type { Kysely } from "kysely";
import { z } from "zod";
import type { IngestStore, IngestUnit } from "../domain/ingest-store.ts";
import { buildCaseStore } from "./ingest-cases.ts";
import { openTree, storeLeaves } from "./ingest-log.ts";
import { buildRuleSets, findDeviceById } from "./ingest-rows.ts";
import type { IngestTables } from "./ingest-tables.ts";
import { buildUnit } from "./ingest-unit.ts";

type Db = Kysely<IngestTables>;

export interface IngestStoreOptions {
  readonly receiptKey: SigningKey;
  readonly sign: RawSign;
  readonly logOrigin: string;
  /** Unix seconds. */
  readonly now: () => number;
}

export interface LogState {
  /** Size and root of what has committed. */
  current(): { readonly size: number; readonly root: Uint8Array };
}

/** The store over an open database. One process writes the log: a second one finds leaf numbers taken and its commit fails whole. */
export async function buildIngestStore(
  db: Db,
  options: IngestStoreOptions,
): Promise<IngestStore & { readonly log: LogState }> {
  let tree: Tree = await openTree(db);
  let last: Promise<unknown> = Promise.resolve();

  async function commitNow<T>(work: (unit: IngestUnit) => Promise<T>): Promise<T> {
    const done = await db.transaction().execute(async (trx) => {
      const leaves: Uint8Array[] = [];
      const { receiptKey, sign, logOrigin } = options;
      const unit = buildUnit({ db: trx, logSize: tree.size, leaves, now: options.now(), receiptKey, sign, logOrigin });
      const value = await work(unit);
      return { value, tree: await storeLeaves(trx, tree, leaves) };
    });
    tree = done.tree;
    return done.value;
  }

  return {
    ...buildReads(db),
    log: { current: () => ({ size: tree.size, root: treeRoot(tree) }) },
    commit(work) {
      const next = last.then(() => commitNow(work));
      last = next.catch(() => undefined);
      return next;
    },
  };
}

function buildReads(db: Db): Omit<IngestStore, "commit"> {
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
        .selectFrom("court_order")
        .selectAll()
        .where("case_id", "=", device.caseId)
        .orderBy("version", "desc")
        .limit(1)
        .executeTakeFirst();
      if (row === undefined) return undefined;
      const status = await db
        .selectFrom("order_status")
        .select("sealed")
        .where("order_id", "=", row.order_id)
        .orderBy("status_id", "desc")
        .limit(1)
        .executeTakeFirstOrThrow();
      const [order, orderStatus] = [
        await cases.openJson(row.case_id, row.sealed),
        await cases.openJson(row.case_id, status.sealed),
      ];
      if (order === undefined || orderStatus === undefined) return undefined;
      return { order: Envelope.parse(order), orderStatus: Envelope.parse(orderStatus) };
    },
    findRuleSet: ruleSets.find,
    isRuleKnown: ruleSets.isRuleKnown,
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
    async savePack(code, pack, token, tokenHash) {
      await db.transaction().execute(async (trx) => {
        const caseId = await buildCaseStore(trx).open(token.caseRef);
        const sealed = await buildCaseStore(trx).sealJson(caseId, pack);
        const row = {
          code,
          token_hash: tokenHash,
          token_id: token.tokenId,
          case_id: caseId,
          not_after: token.notAfter,
          sealed,
        };
        await trx
          .insertInto("pack")
          .values(row)
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      });
    },
    async findPack(code, now) {
      const row = await db
        .selectFrom("pack")
        .selectAll()
        .where("code", "=", code)
        .where("not_after", ">", now)
        .executeTakeFirst();
      const pack = row && (await cases.openJson(row.case_id, row.sealed));
      return pack === undefined ? undefined : EnrolmentPack.parse(pack);
    },
    async saveExchangeStep(tokenId, step, body, now) {
      await db
        .insertInto("exchange_step")
        .values({ token_id: tokenId, step, body, written_at: now })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      return (await findStep(db, tokenId, step)) === body;
    },
    findExchangeStep: (tokenId, step) => findStep(db, tokenId, step),
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

async function findStep(db: Db, tokenId: string, step: string): Promise<string | undefined> {
  const row = await db
    .selectFrom("exchange_step")
    .select("body")
    .where("token_id", "=", tokenId)
    .where("step", "=", step)
    .executeTakeFirst();
  return row?.body;
}

/** Stored documents were verified when they came in; their rows are sealed, so what opens is what was stored. */
export function readOrder(envelope: unknown): Order | undefined {
  if (envelope === undefined) return undefined;
  const { payload } = Envelope.parse(envelope);
  return Order.parse(JSON.parse(Buffer.from(payload, "base64").toString("utf8")));
}
