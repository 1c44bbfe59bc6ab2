import { z } from "zod";
import { Hash, Id, Seconds, Sequence } from "./fields.ts";

/** Signed by ingest after the commit: the device's proof of delivery. */
export const Receipt = z.strictObject({
  v: z.literal(1),
  deviceId: Id,
  seq: Sequence,
  eventHash: Hash,
  receivedAt: Seconds,
  /** SHA-256 of the log's origin line. */
  logOrigin: Hash,
  leafIndex: Sequence,
});
export type Receipt = z.infer<typeof Receipt>;
