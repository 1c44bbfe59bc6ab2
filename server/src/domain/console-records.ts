import type { EvidenceReference, MatchEvent } from "@overt/shared/protocol/event.ts";
import type { Outcome, ReasonCode } from "@overt/shared/protocol/review.ts";
import type { Statement } from "@overt/shared/protocol/statement.ts";
import type { z } from "zod";
import type { Role } from "./actor.ts";
import type { Severity } from "./due.ts";

/** One row of the queue: the matches of one device, rule and clause within half an hour. All times are Unix seconds. */
export interface Alert {
  readonly alertId: number;
  readonly caseRef: string;
  readonly deviceId: string;
  readonly orderHash: string;
  readonly ruleId: string;
  readonly ruleRevision: number;
  readonly ruleSetVersion: number;
  readonly clauseId: string;
  readonly category: string;
  readonly severity: Severity;
  /** Trusted device times of the first and last match. */
  readonly firstAt: number;
  readonly lastAt: number;
  readonly receivedAt: number;
  readonly dueAt: number;
  readonly events: number;
  readonly matches: number;
  readonly statements: number;
  readonly state: "waiting" | "decided";
  readonly claim: Claim | undefined;
}

export interface Claim {
  readonly reviewerId: string;
  /** Fencing token: whoever decides must show it. */
  readonly leaseId: string;
  readonly until: number;
}

export type NewAlert = Omit<Alert, "alertId" | "events" | "matches" | "statements" | "state" | "claim"> & {
  readonly group: string;
};

export interface AlertEvent {
  readonly recordId: number;
  readonly alertId: number;
  readonly eventHash: string;
  readonly seq: number;
  readonly at: number;
  readonly receivedAt: number;
  readonly leafIndex: number;
  readonly severity: Severity;
  readonly channel: MatchEvent["channel"];
  readonly cause: MatchEvent["cause"];
  readonly count: number;
  readonly windowSeconds: number;
  readonly orderUnconfirmed: boolean;
  readonly evidence: readonly SealReference[];
}

export type SealReference = z.infer<typeof EvidenceReference>;

export interface StoredStatement {
  readonly recordId: number;
  readonly statementHash: string;
  readonly deviceId: string;
  readonly alertId: number | undefined;
  readonly kind: Statement["kind"];
  readonly at: number;
  readonly receivedAt: number;
  readonly text: SealReference;
}

/** How a reviewer's opening of a statement ended; all but `released` let a decision through. */
export type StatementState = "released" | "read" | "unreadable" | "missing";

/** A level of evidence or a statement (level 0) that was released to one reviewer. */
export interface StoredView {
  readonly alertId: number;
  readonly about: string;
  readonly level: number;
  readonly reviewerId: string;
  readonly role: Role;
  readonly at: number;
  readonly viewHash: string;
}

export interface StoredDecision {
  readonly decisionId: string;
  readonly alertId: number;
  readonly decisionHash: string;
  readonly outcome: Outcome;
  readonly reasonCode: ReasonCode;
  readonly reviewerId: string;
  readonly role: Role;
  readonly attested: "session" | "passkey";
  readonly at: number;
  readonly overrideOf: string | undefined;
  readonly events: number;
  readonly told: string;
  readonly privateNote: string;
}

export interface Draft {
  readonly outcome: string;
  readonly reasonCode: string;
  readonly told: string;
  readonly privateNote: string;
  readonly savedAt: number;
}

export interface DeviceRow {
  readonly deviceId: string;
  readonly caseRef: string;
  readonly state: string;
  readonly enrolledAt: number;
  readonly lastSeenAt: number | undefined;
  readonly ruleSetVersion: number | undefined;
}

export interface CoverageInterval {
  readonly from: number;
  readonly to: number;
  readonly state: string;
  readonly reason: string;
}

/** Starts, pauses, ends and lost records of a device. */
export interface LifeEvent {
  readonly recordId: number;
  readonly at: number;
  readonly kind: string;
  readonly reason: string;
}
