import { appendOnly } from "./dialect.ts";
import type { Migration } from "./migrate.ts";

/** The console's own database: alerts as projected from ingest, claims, decisions, the audit chain and the outbox. */
export const consoleMigrations: readonly Migration[] = [
  {
    name: "0001-alerts",
    statements: [
      "create table progress (name text primary key, value {int} not null) {clustered}",
      "create table alert (alert_id {serial}, case_ref text not null, device_id text not null, reviewer_group text not null, order_hash text not null, rule_id text not null, rule_revision {int} not null, rule_set_version {int} not null, clause_id text not null, category text not null, severity text not null, first_at {int} not null, last_at {int} not null, received_at {int} not null, due_at {int} not null, events {int} not null, matches {int} not null, statements {int} not null, state text not null check (state in ('waiting', 'decided')), claimed_by text, lease_id text, lease_until {int}, check ((claimed_by is null) = (lease_id is null) and (claimed_by is null) = (lease_until is null)))",
      "create index alert_waiting on alert (reviewer_group, due_at, alert_id) where state = 'waiting'",
      "create index alert_claimed on alert (claimed_by) where claimed_by is not null",
      "create index alert_by_device on alert (device_id, rule_id, alert_id)",
      "create table alert_event (record_id {key}, alert_id {int} not null references alert, event_hash text not null unique, seq {int} not null, at {int} not null, received_at {int} not null, leaf_index {int} not null, severity text not null, channel text not null, cause text not null, count {int} not null, window_seconds {int} not null, order_unconfirmed {int} not null, evidence_json text not null)",
      "create index alert_event_by_alert on alert_event (alert_id, record_id)",
      "create table statement (record_id {key}, statement_hash text not null unique, device_id text not null, alert_id {int} references alert, kind text not null, at {int} not null, received_at {int} not null, text_json text not null)",
      "create index statement_by_alert on statement (alert_id, record_id)",
      ...appendOnly("alert_event", "statement"),
    ],
  },
  {
    name: "0002-review",
    statements: [
      "create table statement_read (statement_hash text not null, reviewer_id text not null, state text not null, at {int} not null, primary key (statement_hash, reviewer_id)) {clustered}",
      "create table evidence_view (view_id {serial}, alert_id {int} not null references alert, about text not null, level {int} not null, reviewer_id text not null, role text not null, at {int} not null, view_hash text not null unique, envelope_json text not null)",
      "create index evidence_view_by_alert on evidence_view (alert_id, view_id)",
      "create index evidence_view_by_about on evidence_view (about, level, reviewer_id)",
      "create table draft (alert_id {int} not null references alert, reviewer_id text not null, outcome text not null, reason_code text not null, told text not null, private_note text not null, saved_at {int} not null, primary key (alert_id, reviewer_id)) {clustered}",
      "create table decision (decision_key {serial}, decision_id text not null unique, alert_id {int} not null references alert, decision_hash text not null unique, outcome text not null, reason_code text not null, reviewer_id text not null, role text not null, attested text not null, at {int} not null, override_of text unique references decision (decision_id), events {int} not null, envelope_json text not null)",
      // One first decision for an alert; every later one replaces a different one.
      "create unique index decision_first on decision (alert_id) where override_of is null",
      "create table decision_words (decision_id text primary key references decision (decision_id), told text not null, private_note text not null)",
      ...appendOnly("evidence_view", "decision"),
    ],
  },
  {
    name: "0003-devices",
    statements: [
      "create table device (device_id text primary key, case_ref text not null, reviewer_group text not null, state text not null, enrolled_at {int} not null, last_seen_at {int}, rule_set_version {int})",
      "create table coverage (coverage_id {serial}, device_id text not null, record_id {int} not null, from_at {int} not null, to_at {int} not null, state text not null, reason text not null)",
      "create index coverage_by_device on coverage (device_id, to_at)",
      "create table life_event (record_id {key}, device_id text not null, at {int} not null, kind text not null, reason text not null)",
      "create index life_event_by_device on life_event (device_id, record_id)",
      ...appendOnly("coverage", "life_event"),
    ],
  },
  {
    name: "0004-audit",
    statements: [
      "create table audit (seq {key}, prev text not null unique, at {int} not null, actor text not null, role text not null, operation text not null, object text not null, object_hash text not null, salt text not null, hash text not null unique, object_id text not null)",
      "create index audit_by_actor on audit (actor, seq)",
      "create table outbox (outbox_id {serial}, item_json text not null)",
      "create table outbox_done (outbox_id {key} references outbox, submitted_at {int} not null)",
      ...appendOnly("audit", "outbox", "outbox_done"),
    ],
  },
  {
    name: "0005-sessions",
    statements: [
      "create table sign_in_link (token_hash text primary key, reviewer_id text not null, created_at {int} not null, expires_at {int} not null, used_at {int})",
      "create table session (session_hash text primary key, reviewer_id text not null, started_at {int} not null, rotated_at {int} not null, seen_at {int} not null, ends_at {int})",
    ],
  },
];
