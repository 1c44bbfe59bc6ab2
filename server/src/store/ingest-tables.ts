import type { Generated } from "kysely";

/** Columns of ingest's database. Hashes in the hot tables are 32 raw bytes, elsewhere hex; times are Unix seconds. */
export interface IngestTables {
  leaf: { leaf_index: number; data: Uint8Array };
  log_hash: { position: number; hash: Uint8Array };
  checkpoint: { size: number; root: Uint8Array; note: Uint8Array; signed_at: number };
  progress: { name: string; value: number };

  covered_case: { case_id: Generated<number>; case_ref: string };
  case_key: { case_id: number; key: Uint8Array };
  erasure: { erasure_id: Generated<number>; case_id: number; erased_at: number };

  court_order: {
    order_hash: string;
    case_id: number;
    order_id: string;
    version: number;
    sealed: Uint8Array;
  };
  order_status: {
    status_id: Generated<number>;
    status_hash: string;
    order_id: string;
    version: number;
    state: "in-force" | "varied" | "revoked";
    issued_at: number;
    sealed: Uint8Array;
  };
  pack: { code: string; token_hash: string; token_id: string; case_id: number; not_after: number; sealed: Uint8Array };
  token_use: { token_hash: string; ack_hash: string; used_at: number };
  exchange_step: { token_id: string; step: string; body: string; written_at: number };

  device: {
    device_key: Generated<number>;
    device_id: string;
    case_id: number;
    public_key: string;
    box_key: string;
    enrolled_at: number;
    state: "active" | "lost" | "retired" | "rekeyed" | "declined";
    order_hash: string;
    ack_hash: string;
  };
  device_head: {
    device_key: number;
    seq: number;
    hash: Uint8Array;
    record_id: number | null;
    last_seen_at: number | null;
  };
  acknowledgement: { ack_hash: string; device_key: number; order_hash: string; sealed: Uint8Array };
  device_status: { status_hash: string; device_key: number; state: string; at: number; sealed: Uint8Array };

  record: {
    record_id: number;
    device_key: number;
    seq: number;
    hash: Uint8Array;
    received_at: number;
    leaf_index: number;
    refused: string | null;
  };
  receipt: { record_id: number; envelope: string };
  body: { record_id: number; case_id: number; sealed: Uint8Array };
  record_hash: { prefix: number; record_id: number };
  fork: { fork_id: Generated<number>; device_key: number; seq: number; hash: string; received_at: number };

  wanted_blob: { sha256: string; device_key: number; record_id: number };
  blob: {
    blob_id: Generated<number>;
    sha256: string;
    case_id: number;
    size: number;
    stored_at: number;
    sealed: Uint8Array;
  };
  nonce: { device_key: number; nonce: string; expires_at: number };

  handover: {
    handover_id: Generated<number>;
    leaf_type: number;
    hash: string;
    device_id: string | null;
    item: string | null;
  };
  feed: { cursor: Generated<number>; device_key: number; item: string };
  rule_set: { bundle: string; version: number; body: string };
}
