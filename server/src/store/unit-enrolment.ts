import { parseHex } from "@overt/shared/bytes.ts";
import type { VerifiedDocument } from "@overt/shared/crypto/envelope.ts";
import { LeafType } from "@overt/shared/log/leaf.ts";
import type { Acknowledgement } from "@overt/shared/protocol/enrolment.ts";
import type { Kysely } from "kysely";
import type { IngestUnit } from "../domain/ingest-store.ts";
import type { CaseStore } from "./ingest-cases.ts";
import { findDeviceByAck } from "./ingest-rows.ts";
import type { IngestTables } from "./ingest-tables.ts";

type Db = Kysely<IngestTables>;
type EnrolmentPart = Pick<
  IngestUnit,
  | "findOrderVersion"
  | "findCurrentStatus"
  | "saveOrder"
  | "saveOrderStatus"
  | "findTokenUse"
  | "findDeviceByAcknowledgement"
  | "isAcknowledgement"
  | "saveEnrolment"
  | "saveDeviceStatus"
>;

export function buildEnrolmentUnit(context: {
  readonly db: Db;
  readonly cases: CaseStore;
  readonly now: number;
  readonly appendLeaf: IngestUnit["appendLeaf"];
}): EnrolmentPart {
  const { db, cases, now, appendLeaf } = context;
  return {
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
    async findCurrentStatus(orderId) {
      const row = await db
        .selectFrom("order_status")
        .select(["version", "state", "issued_at"])
        .where("order_id", "=", orderId)
        .orderBy("version", "desc")
        .orderBy("issued_at", "desc")
        .orderBy("status_id", "desc")
        .limit(1)
        .executeTakeFirst();
      return row && { version: row.version, state: row.state, issuedAt: row.issued_at };
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
      const { orderId: order_id, version, state, issuedAt: issued_at } = value;
      const { case_id } = await db
        .selectFrom("court_order")
        .select("case_id")
        .where("order_id", "=", order_id)
        .limit(1)
        .executeTakeFirstOrThrow();
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
    async isAcknowledgement(device, hash) {
      const row = await db
        .selectFrom("acknowledgement")
        .select("ack_hash")
        .where("ack_hash", "=", hash)
        .where("device_key", "=", device.deviceKey)
        .executeTakeFirst();
      return row !== undefined;
    },
    async saveEnrolment({ token, acknowledgement, deviceId, continues }) {
      const { value, hash, envelope } = acknowledgement;
      const caseId = await cases.open(value.caseRef);
      await db.insertInto("token_use").values({ token_hash: token.hash, ack_hash: hash, used_at: now }).execute();
      const device_key = continues?.deviceKey ?? (await insertDevice(db, acknowledgement, deviceId, caseId));
      if (continues !== undefined) {
        await db
          .updateTable("device")
          .set({ order_hash: value.orderHash, ack_hash: hash })
          .where("device_key", "=", device_key)
          .execute();
      }
      const sealed = await cases.sealJson(caseId, envelope);
      await db
        .insertInto("acknowledgement")
        .values({ ack_hash: hash, device_key, order_hash: value.orderHash, sealed })
        .execute();
    },
    async saveDeviceStatus(device, { value, hash, envelope }) {
      const known = await db
        .selectFrom("device_status")
        .select("state")
        .where("status_hash", "=", hash)
        .executeTakeFirst();
      if (known !== undefined) return;
      const { state, at } = value;
      const sealed = await cases.sealJson(device.caseId, envelope);
      await db
        .insertInto("device_status")
        .values({ status_hash: hash, device_key: device.deviceKey, state, at, sealed })
        .execute();
      appendLeaf(LeafType["device-status"], hash);
      const newest = await db
        .selectFrom("device_status")
        .select("state")
        .where("device_key", "=", device.deviceKey)
        .orderBy("at", "desc")
        .limit(1)
        .executeTakeFirstOrThrow();
      await db
        .updateTable("device")
        .set({ state: newest.state as typeof state })
        .where("device_key", "=", device.deviceKey)
        .execute();
    },
  };
}

async function insertDevice(
  db: Db,
  { value, hash }: VerifiedDocument<Acknowledgement>,
  deviceId: string,
  caseId: number,
): Promise<number> {
  const { device_key } = await db
    .insertInto("device")
    .values({
      device_id: deviceId,
      case_id: caseId,
      public_key: value.deviceKey,
      box_key: value.deviceBoxKey,
      enrolled_at: value.at,
      state: value.outcome === "declined" ? "declined" : "active",
      order_hash: value.orderHash,
      ack_hash: hash,
    })
    .returning("device_key")
    .executeTakeFirstOrThrow();
  await db
    .insertInto("device_head")
    .values({ device_key, seq: -1, hash: parseHex(hash), record_id: null, last_seen_at: null })
    .execute();
  return device_key;
}
