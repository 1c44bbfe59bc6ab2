import { Envelope } from "@overt/shared/crypto/envelope.ts";
import type { RecordType, StoredRecord } from "../../core/journal.ts";

export interface Meta {
  readonly head_seq: number;
  readonly head_hash: string;
  readonly lost_from: number | null;
  readonly lost_to: number | null;
  readonly delivered_seq: number;
  readonly forked: number;
  readonly covered_size: number;
  readonly feed_cursor: number;
}

export interface RecordRow {
  readonly seq: number;
  readonly hash: string;
  readonly type: RecordType;
  readonly kind: string;
  readonly envelope: string;
}

export function readRecord(row: RecordRow): StoredRecord {
  return { ...row, envelope: Envelope.parse(JSON.parse(row.envelope)) };
}
