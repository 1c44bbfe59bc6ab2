import type { auditObjects, auditOperations } from "@overt/shared/protocol/audit.ts";
import type { Outcome, ReasonCode } from "@overt/shared/protocol/review.ts";
import type { Statement } from "@overt/shared/protocol/statement.ts";
import type { Generated } from "kysely";
import type { Role } from "../domain/actor.ts";
import type { AlertEvent, StatementState } from "../domain/console-records.ts";
import type { Severity } from "../domain/due.ts";

/** Columns of the console's database. Hashes are hex; times are Unix seconds; `*_json` columns hold JSON text. */
export interface ConsoleTables {
  progress: { name: string; value: number };
  alert: {
    alert_id: Generated<number>;
    case_ref: string;
    device_id: string;
    reviewer_group: string;
    order_hash: string;
    rule_id: string;
    rule_revision: number;
    rule_set_version: number;
    clause_id: string;
    category: string;
    severity: Severity;
    first_at: number;
    last_at: number;
    received_at: number;
    due_at: number;
    events: number;
    matches: number;
    statements: number;
    state: "waiting" | "decided";
    claimed_by: string | null;
    lease_id: string | null;
    lease_until: number | null;
  };
  alert_event: {
    record_id: number;
    alert_id: number;
    event_hash: string;
    seq: number;
    at: number;
    received_at: number;
    leaf_index: number;
    severity: Severity;
    channel: AlertEvent["channel"];
    cause: AlertEvent["cause"];
    count: number;
    window_seconds: number;
    order_unconfirmed: number;
    evidence_json: string;
  };
  statement: {
    record_id: number;
    statement_hash: string;
    device_id: string;
    alert_id: number | null;
    kind: Statement["kind"];
    at: number;
    received_at: number;
    text_json: string;
  };
  statement_read: { statement_hash: string; reviewer_id: string; state: StatementState; at: number };
  evidence_view: {
    view_id: Generated<number>;
    alert_id: number;
    about: string;
    level: number;
    reviewer_id: string;
    role: Role;
    at: number;
    view_hash: string;
    envelope_json: string;
  };
  draft: {
    alert_id: number;
    reviewer_id: string;
    outcome: string;
    reason_code: string;
    told: string;
    private_note: string;
    saved_at: number;
  };
  decision: {
    decision_key: Generated<number>;
    decision_id: string;
    alert_id: number;
    decision_hash: string;
    outcome: Outcome;
    reason_code: ReasonCode;
    reviewer_id: string;
    role: Role;
    attested: "session" | "passkey";
    at: number;
    override_of: string | null;
    events: number;
    envelope_json: string;
  };
  decision_words: { decision_id: string; told: string; private_note: string };
  device: {
    device_id: string;
    case_ref: string;
    reviewer_group: string;
    state: string;
    enrolled_at: number;
    last_seen_at: number | null;
    rule_set_version: number | null;
  };
  coverage: {
    coverage_id: Generated<number>;
    device_id: string;
    record_id: number;
    from_at: number;
    to_at: number;
    state: string;
    reason: string;
  };
  life_event: { record_id: number; device_id: string; at: number; kind: string; reason: string };
  audit: {
    seq: number;
    prev: string;
    at: number;
    actor: string;
    role: Role;
    operation: (typeof auditOperations)[number];
    object: (typeof auditObjects)[number];
    object_hash: string;
    salt: string;
    hash: string;
    object_id: string;
  };
  outbox: { outbox_id: Generated<number>; item_json: string };
  outbox_done: { outbox_id: number; submitted_at: number };
  sign_in_link: {
    token_hash: string;
    reviewer_id: string;
    created_at: number;
    expires_at: number;
    used_at: number | null;
  };
  session: {
    session_hash: string;
    reviewer_id: string;
    started_at: number;
    rotated_at: number;
    seen_at: number;
    ends_at: number | null;
  };
}
