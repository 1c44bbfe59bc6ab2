import { appendOnly, erasable } from "./dialect.ts";
import type { Migration } from "./migrate.ts";

/**
 * Rows that many devices add at a high rate (leaf, log_hash, record, receipt, body) stand under sequential integers and
 * have no index on a hash or random id: such a key dirties a page of its own for each row. A record is found by device
 * and seq, and by hash through `record_hash`, which is filled after the commit.
 */
export const ingestMigrations: readonly Migration[] = [
  {
    name: "0001-log",
    statements: [
      "create table leaf (leaf_index {key}, data {bytes} not null)",
      "create table log_hash (position {key}, hash {bytes} not null)",
      "create table checkpoint (size {key}, root {bytes} not null, note {bytes} not null, signed_at {int} not null)",
      "create table progress (name text primary key, value {int} not null) {clustered}",
      ...appendOnly("leaf", "log_hash", "checkpoint"),
    ],
  },
  {
    name: "0002-cases",
    statements: [
      "create table covered_case (case_id {serial}, case_ref text not null unique)",
      "create table case_key (case_id {key} references covered_case, key {bytes} not null)",
      "create table erasure (erasure_id {serial}, case_id {int} not null references covered_case, erased_at {int} not null)",
      "create table court_order (order_hash text primary key, case_id {int} not null references covered_case, order_id text not null, version {int} not null, sealed {bytes} not null)",
      "create index court_order_by_case on court_order (case_id)",
      "create table order_status (status_id {serial}, status_hash text not null unique, order_id text not null, version {int} not null, state text not null, issued_at {int} not null, sealed {bytes} not null)",
      "create index order_status_by_order on order_status (order_id)",
      ...appendOnly("erasure", "court_order", "order_status"),
    ],
  },
  {
    name: "0003-enrolment",
    statements: [
      "create table pack (code text primary key, token_hash text not null unique, token_id text not null unique, case_id {int} not null references covered_case, not_after {int} not null, sealed {bytes} not null)",
      "create table token_use (token_hash text primary key, ack_hash text not null, used_at {int} not null) {clustered}",
      "create table exchange_step (token_id text not null, step text not null, body text not null, written_at {int} not null, primary key (token_id, step)) {clustered}",
      "create table device (device_key {serial}, device_id text not null unique, case_id {int} not null references covered_case, public_key text not null, box_key text not null, enrolled_at {int} not null, state text not null, order_hash text not null, ack_hash text not null)",
      "create table device_head (device_key {key} references device, seq {int} not null, hash {bytes} not null, record_id {int}, last_seen_at {int})",
      "create table acknowledgement (ack_hash text primary key, device_key {int} not null references device, order_hash text not null, sealed {bytes} not null)",
      "create table device_status (status_hash text primary key, device_key {int} not null references device, state text not null, at {int} not null, sealed {bytes} not null)",
      ...appendOnly("token_use", "acknowledgement", "device_status"),
    ],
  },
  {
    name: "0004-records",
    statements: [
      "create table record (record_id {key}, device_key {int} not null, seq {int} not null, hash {bytes} not null, received_at {int} not null, leaf_index {int} not null, refused text, unique (device_key, seq))",
      "create table receipt (record_id {key}, envelope text not null)",
      "create table body (record_id {key}, case_id {int} not null, sealed {bytes} not null)",
      "create table record_hash (prefix {int} not null, record_id {int} not null, primary key (prefix, record_id)) {clustered}",
      "create table fork (fork_id {serial}, device_key {int} not null, seq {int} not null, hash text not null, received_at {int} not null, unique (device_key, seq, hash))",
      ...appendOnly("record", "receipt", "fork"),
    ],
  },
  {
    name: "0005-blobs-and-feed",
    statements: [
      "create table wanted_blob (sha256 text not null, device_key {int} not null, record_id {int} not null, primary key (sha256, device_key)) {clustered}",
      "create table blob (blob_id {serial}, sha256 text not null, case_id {int} not null references covered_case, size {int} not null, stored_at {int} not null, sealed {bytes} not null, unique (sha256, case_id))",
      "create table nonce (device_key {int} not null, nonce text not null, expires_at {int} not null, primary key (device_key, nonce)) {clustered}",
      "create table handover (handover_id {serial}, leaf_type {int} not null, hash text not null, device_id text, item text, unique (leaf_type, hash))",
      "create table feed (cursor {serial}, device_key {int} not null references device, item text not null)",
      "create index feed_by_device on feed (device_key, cursor)",
      "create table rule_set (bundle text not null, version {int} not null, body text not null, primary key (bundle, version)) {clustered}",
      ...appendOnly("handover", "feed", "rule_set"),
    ],
  },
  {
    name: "0006-erasure",
    statements: ["create index erasure_by_case on erasure (case_id)", ...erasable("body", "blob")],
  },
];
