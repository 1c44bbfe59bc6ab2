import { parseHex } from "@overt/shared/bytes.ts";
import type { Kysely } from "kysely";
import type { IngestTables } from "./ingest-tables.ts";

/** A newly acknowledged device, with a chain that has no record yet; one that declined is kept as such and takes none. */
export async function insertDevice(
  db: Kysely<IngestTables>,
  input: {
    readonly value: {
      deviceKey: string;
      deviceBoxKey: string;
      orderHash: string;
      outcome: "acknowledged" | "declined";
      at: number;
    };
    readonly hash: string;
    readonly deviceId: string;
    readonly caseId: number;
    readonly now: number;
  },
): Promise<number> {
  const { value, hash, deviceId, caseId } = input;
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
