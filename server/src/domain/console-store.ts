import type { Envelope } from "@overt/shared/crypto/envelope.ts";
import type { AuditEntry } from "@overt/shared/protocol/audit.ts";
import type { AuditScope, CaseScope } from "./actor.ts";
import type {
  Alert,
  AlertEvent,
  CoverageInterval,
  DeviceRow,
  Draft,
  LifeEvent,
  NewAlert,
  StatementState,
  StoredDecision,
  StoredStatement,
  StoredView,
} from "./console-records.ts";
import type { HandoverItem } from "./ports.ts";

/** The console's own database. `transaction` runs its work on one connection: all of it is kept, or nothing. */
export interface ConsoleStore {
  transaction<T>(work: (store: ConsoleStore) => Promise<T>): Promise<T>;
  readonly alerts: AlertStore;
  readonly claims: ClaimStore;
  readonly evidence: EvidenceStore;
  readonly decisions: DecisionStore;
  readonly devices: DeviceStore;
  readonly audit: AuditStore;
  readonly outbox: OutboxStore;
  readonly sessions: SessionStore;
  close(): Promise<void>;
}

export interface QueuePosition {
  readonly dueAt: number;
  readonly alertId: number;
}

export interface AlertStore {
  /** Highest record taken from ingest; 0 before the first. */
  findCursor(): Promise<number>;
  setCursor(recordId: number): Promise<void>;
  /** Undefined where the alert is not in the scope: what may not be seen does not exist. */
  findAlert(alertId: number, scope: CaseScope): Promise<Alert | undefined>;
  /** Waiting alerts by `dueAt`, then number. */
  listWaiting(scope: CaseScope, after: QueuePosition | undefined, limit: number): Promise<readonly Alert[]>;
  countWaiting(scope: CaseScope, afterAlertId: number): Promise<{ waiting: number; newer: number; newest: number }>;
  /** An unclaimed waiting alert of the same device, rule and clause whose first match is at most `windowSeconds` away. */
  findGroup(
    key: Pick<NewAlert, "deviceId" | "orderHash" | "ruleId" | "ruleRevision" | "clauseId">,
    at: number,
    window: { readonly seconds: number; readonly events: number; readonly now: number },
  ): Promise<Alert | undefined>;
  insertAlert(alert: NewAlert): Promise<number>;
  insertEvent(event: AlertEvent): Promise<void>;
  /** Takes first, last, due and severity of a member into the group. */
  widenAlert(alertId: number, change: Pick<Alert, "firstAt" | "lastAt" | "dueAt" | "severity">): Promise<void>;
  listEvents(alertId: number): Promise<readonly AlertEvent[]>;
  findAlertIdByEvent(eventHash: string): Promise<number | undefined>;
  insertStatement(statement: StoredStatement): Promise<void>;
  listStatements(alertId: number): Promise<readonly StoredStatement[]>;
}

export interface ClaimStore {
  /** One statement: true where the alert is in `state`, free (or the reviewer's own), and the reviewer holds fewer than `most`. */
  take(input: {
    readonly alertId: number;
    readonly state: Alert["state"];
    readonly scope: CaseScope;
    readonly reviewerId: string;
    readonly leaseId: string;
    readonly now: number;
    readonly until: number;
    readonly most: number;
  }): Promise<boolean>;
  /** True where this lease still holds at `now`. */
  extend(lease: {
    readonly alertId: number;
    readonly leaseId: string;
    readonly now: number;
    readonly until: number;
  }): Promise<boolean>;
  release(lease: { readonly alertId: number; readonly leaseId: string }): Promise<boolean>;
  countHeld(reviewerId: string, now: number): Promise<number>;
  findNextFree(scope: CaseScope, now: number): Promise<number | undefined>;
  saveDraft(alertId: number, reviewerId: string, draft: Draft): Promise<void>;
  findDraft(alertId: number, reviewerId: string): Promise<Draft | undefined>;
  deleteDrafts(alertId: number): Promise<void>;
}

export interface EvidenceStore {
  insertView(view: StoredView & { readonly envelope: Envelope }): Promise<void>;
  listViews(alertId: number): Promise<readonly StoredView[]>;
  hasView(about: string, level: number, reviewerId: string): Promise<boolean>;
  setStatementState(statementHash: string, reviewerId: string, state: StatementState, at: number): Promise<void>;
  listStatementStates(alertId: number, reviewerId: string): Promise<ReadonlyMap<string, StatementState>>;
}

export interface DecisionStore {
  /** True where the lease still holds: the fence of a decision. The alert is decided and unclaimed afterwards. */
  close(fence: { readonly alertId: number; readonly leaseId: string; readonly now: number }): Promise<boolean>;
  insert(decision: StoredDecision & { readonly envelope: Envelope }): Promise<void>;
  list(alertId: number): Promise<readonly StoredDecision[]>;
}

export interface DeviceStore {
  upsert(device: Omit<DeviceRow, "ruleSetVersion"> & { readonly group: string }): Promise<void>;
  noteRuleSet(deviceId: string, ruleSetVersion: number): Promise<void>;
  insertCoverage(deviceId: string, recordId: number, intervals: readonly CoverageInterval[]): Promise<void>;
  insertLife(deviceId: string, event: LifeEvent): Promise<void>;
  list(scope: CaseScope, after: string, limit: number): Promise<readonly DeviceRow[]>;
  find(deviceId: string, scope: CaseScope): Promise<DeviceRow | undefined>;
  listCoverage(deviceId: string, since: number): Promise<readonly CoverageInterval[]>;
  listLife(deviceId: string, limit: number): Promise<readonly LifeEvent[]>;
}

export type AuditRow = AuditEntry & {
  readonly hash: string;
  /** The object's id in the console; not in the entry, which holds its hash. */
  readonly objectId: string;
};

export interface AuditStore {
  findHead(): Promise<{ readonly seq: number; readonly hash: string } | undefined>;
  insert(row: AuditRow): Promise<void>;
  /** Newest first, seq < before. */
  list(scope: AuditScope, before: number, limit: number): Promise<readonly AuditRow[]>;
  /** Oldest first, seq > after, of everybody: for the chain check. */
  listChain(after: number, limit: number): Promise<readonly AuditRow[]>;
}

export interface OutboxStore {
  add(items: readonly HandoverItem[]): Promise<void>;
  listPending(limit: number): Promise<readonly { readonly id: number; readonly item: HandoverItem }[]>;
  markSubmitted(ids: readonly number[], at: number): Promise<void>;
}

export interface StoredSession {
  readonly reviewerId: string;
  readonly startedAt: number;
  readonly rotatedAt: number;
  readonly seenAt: number;
}

export interface SessionStore {
  insertLink(link: {
    readonly tokenHash: string;
    readonly reviewerId: string;
    readonly createdAt: number;
    readonly expiresAt: number;
  }): Promise<void>;
  /** Whether the link could still be used; takes nothing. */
  findLink(tokenHash: string, now: number): Promise<string | undefined>;
  /** The reviewer, once: the link is spent by this call. */
  takeLink(tokenHash: string, now: number): Promise<string | undefined>;
  insert(sessionHash: string, session: StoredSession): Promise<void>;
  /** `ending` where the session has a newer name already. */
  find(sessionHash: string, now: number): Promise<(StoredSession & { readonly ending: boolean }) | undefined>;
  touch(sessionHash: string, at: number): Promise<void>;
  /** Lets the old name end at `endsAt`, so that requests under way still find it. */
  expire(sessionHash: string, endsAt: number): Promise<void>;
  delete(sessionHash: string): Promise<void>;
}
