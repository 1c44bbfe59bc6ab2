import { parseHex, toHex, utf8 } from "@overt/shared/bytes.ts";
import type { RawSign, SigningKey } from "@overt/shared/crypto/ed25519.ts";
import { Envelope, signEnvelope } from "@overt/shared/crypto/envelope.ts";
import { sha256Hex } from "@overt/shared/crypto/hash.ts";
import type { ErrorCode } from "@overt/shared/errors.ts";
import { LeafType, leafData } from "@overt/shared/log/leaf.ts";
import { payloadTypes } from "@overt/shared/protocol/payload-types.ts";
import type { Kysely } from "kysely";
import type { IngestUnit, KnownDevice, NewRecord } from "../domain/ingest-store.ts";
import { buildCaseStore } from "./ingest-cases.ts";
import { insertDevice } from "./ingest-device.ts";
import { findDeviceByAck } from "./ingest-rows.ts";
import type { IngestTables } from "./ingest-tables.ts";

export interface UnitDeps {
  readonly db: Kysely<IngestTables>;
  /** Leaves that the log holds already. */
  readonly logSize: number;
  /** Leaves of this unit, in order; the store writes them at the end of the transaction. */
  readonly leaves: Uint8Array[];
  readonly now: number;
  readonly receiptKey: SigningKey;
  readonly sign: RawSign;
  readonly logOrigin: string;
}

/** The writes of one transaction. */
export function buildUnit(deps: UnitDeps): IngestUnit {
  const { db, now, leaves } = deps;
  const cases = buildCaseStore(db);

  function appendLeaf(type: LeafType, hash: string): number {
    leaves.push(leafData(type, hash));
    return deps.logSize + leaves.length - 1;
  }

  function makeReceipt(deviceId: string, seq: number, eventHash: string, leafIndex: number): Envelope {
    const logOrigin = sha256Hex(utf8(deps.logOrigin));
    const receipt = { v: 1, deviceId, seq, eventHash, receivedAt: now, logOrigin, leafIndex };
    return signEnvelope(payloadTypes.receipt, receipt, [deps.receiptKey], deps.sign);
  }

  async function insertRecord(record: NewRecord, leafIndex: number): Promise<number> {
    const row = {
      device_key: record.device.deviceKey,
      seq: record.seq,
      hash: parseHex(record.hash),
      received_at: now,
      leaf_index: leafIndex,
      refused: record.refused ?? null,
    };
    const { record_id } = await db
      .insertInto("record")
      .values(row as typeof row & { record_id: number })
      .returning("record_id")
      .executeTakeFirstOrThrow();
    return record_id;
  }

  return {
    now,
    async findHead(device) {
      const row = await db
        .selectFrom("device_head")
        .select(["seq", "hash"])
        .where("device_key", "=", device.deviceKey)
        .executeTakeFirstOrThrow();
      return { seq: row.seq, hash: toHex(row.hash) };
    },
    async findHeld(device, seq) {
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
    },
    async appendRecord(record) {
      const { device, seq, hash, envelope } = record;
      const leafIndex = appendLeaf(record.leafType, hash);
      const recordId = await insertRecord(record, leafIndex);
      const receipt = makeReceipt(device.deviceId, seq, hash, leafIndex);
      await db
        .insertInto("receipt")
        .values({ record_id: recordId, envelope: JSON.stringify(receipt) })
        .execute();
      if (envelope !== undefined) {
        const sealed = await cases.sealJson(device.caseId, envelope);
        await db.insertInto("body").values({ record_id: recordId, case_id: device.caseId, sealed }).execute();
      }
      for (const sha256 of record.wantedBlobs) {
        const wanted = { sha256, device_key: device.deviceKey, record_id: recordId };
        await db
          .insertInto("wanted_blob")
          .values(wanted)
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      }
      await db
        .updateTable("device_head")
        .set({ seq, hash: parseHex(hash), record_id: recordId, last_seen_at: now })
        .where("device_key", "=", device.deviceKey)
        .execute();
      return receipt;
    },
    async appendFork(device, seq, hash) {
      const done = await db
        .insertInto("fork")
        .values({ device_key: device.deviceKey, seq, hash, received_at: now })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      if (Number(done.numInsertedOrUpdatedRows ?? 0) > 0) appendLeaf(LeafType.fork, hash);
    },
    appendLeaf,
    async listMissingBlobs(device, sha256s) {
      if (sha256s.length === 0) return [];
      const rows = await db
        .selectFrom("blob")
        .select("sha256")
        .where("case_id", "=", device.caseId)
        .where("sha256", "in", sha256s)
        .execute();
      const held = new Set(rows.map((row) => row.sha256));
      return sha256s.filter((sha256) => !held.has(sha256));
    },
    async findOrderVersion(orderId) {
      const row = await db
        .selectFrom("court_order")
        .select(["version", "order_hash"])
        .where("order_id", "=", orderId)
        .orderBy("version", "desc")
        .limit(1)
        .executeTakeFirst();
      return row && { version: row.version, orderHash: row.order_hash };
    },
    async saveOrder({ value, hash, envelope }) {
      const known = await db
        .selectFrom("court_order")
        .select("version")
        .where("order_hash", "=", hash)
        .executeTakeFirst();
      if (known !== undefined) return;
      const caseId = await cases.open(value.caseRef);
      const sealed = await cases.sealJson(caseId, envelope);
      await db
        .insertInto("court_order")
        .values({ order_hash: hash, case_id: caseId, order_id: value.orderId, version: value.version, sealed })
        .execute();
      appendLeaf(LeafType.order, hash);
    },
    async saveOrderStatus({ value, hash, envelope }) {
      const known = await db
        .selectFrom("order_status")
        .select("state")
        .where("status_hash", "=", hash)
        .executeTakeFirst();
      if (known !== undefined) return;
      const { case_id } = await db
        .selectFrom("court_order")
        .select("case_id")
        .where("order_id", "=", value.orderId)
        .limit(1)
        .executeTakeFirstOrThrow();
      const { orderId: order_id, version, state, issuedAt: issued_at } = value;
      const sealed = await cases.sealJson(case_id, envelope);
      await db
        .insertInto("order_status")
        .values({ status_hash: hash, order_id, version, state, issued_at, sealed })
        .execute();
      appendLeaf(LeafType["order-status"], hash);
    },
    async findTokenUse(tokenHash) {
      const row = await db
        .selectFrom("token_use")
        .select("ack_hash")
        .where("token_hash", "=", tokenHash)
        .executeTakeFirst();
      return row?.ack_hash;
    },
    findDeviceByAcknowledgement: (ackHash) => findDeviceByAck(db, ackHash),
    async saveEnrolment({ token, acknowledgement, deviceId, continues }) {
      const { value, hash } = acknowledgement;
      const caseId = await cases.open(value.caseRef);
      await db.insertInto("token_use").values({ token_hash: token.hash, ack_hash: hash, used_at: now }).execute();
      const deviceKey = continues?.deviceKey ?? (await insertDevice(db, { value, hash, deviceId, caseId, now }));
      if (continues !== undefined) {
        await db
          .updateTable("device")
          .set({ order_hash: value.orderHash, ack_hash: hash })
          .where("device_key", "=", deviceKey)
          .execute();
      }
      const sealed = await cases.sealJson(caseId, acknowledgement.envelope);
      await db
        .insertInto("acknowledgement")
        .values({ ack_hash: hash, device_key: deviceKey, order_hash: value.orderHash, sealed })
        .execute();
    },
    async saveDeviceStatus(device: KnownDevice, status) {
      const { state, at } = status.value;
      const sealed = await cases.sealJson(device.caseId, status.envelope);
      await db
        .insertInto("device_status")
        .values({ status_hash: status.hash, device_key: device.deviceKey, state, at, sealed })
        .execute();
      await db.updateTable("device").set({ state }).where("device_key", "=", device.deviceKey).execute();
      appendLeaf(LeafType["device-status"], status.hash);
    },
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
      const name = `targets ${targetsSha256}`;
      const done = await db
        .insertInto("progress")
        .values({ name, value: now })
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
      for (const row of rows) {
        appendLeaf(row.leaf_type as LeafType, row.hash);
        if (row.item === null || row.device_id === null) continue;
        await db
          .insertInto("feed")
          .columns(["device_key", "item"])
          .expression((eb) =>
            eb
              .selectFrom("device")
              .select(["device_key", eb.val(row.item as string).as("item")])
              .where("device_id", "=", row.device_id as string),
          )
          .execute();
      }
      const last = rows.at(-1);
      if (last === undefined) return false;
      await db
        .insertInto("progress")
        .values({ name: "handover", value: last.handover_id })
        .onConflict((conflict) => conflict.column("name").doUpdateSet({ value: last.handover_id }))
        .execute();
      return true;
    },
  };
}
