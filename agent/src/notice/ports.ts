import type { Envelope } from "@overt/shared/crypto/envelope.ts";
import type { ErrorCode } from "@overt/shared/errors.ts";
import type { Event } from "@overt/shared/protocol/event.ts";
import type { EvidenceLevel1, EvidenceLevel2 } from "@overt/shared/protocol/evidence.ts";
import type { Order } from "@overt/shared/protocol/order.ts";
import type { Outcome } from "@overt/shared/protocol/review.ts";
import type { Statement } from "@overt/shared/protocol/statement.ts";

/** Everything the person's pages need from the rest of the agent. The pages decide nothing. */
export interface NoticeSource {
  status(): AgentStatus;
  /** The order in use or about to be acknowledged; undefined before a token was brought. */
  order(): { readonly order: Order; readonly orderHash: string } | undefined;
  /** Plain list of what is looked for; withheld terms are counted, not shown. */
  rules(): readonly RuleSummary[];
  /** Newest first; `before` is a seq. */
  records(before: number | undefined, limit: number): readonly SentRecord[];
  findRecord(seq: number): SentRecord | undefined;
  enrolment: EnrolmentActions;
  submitStatement(input: {
    readonly kind: Statement["kind"];
    readonly about: number | undefined;
    readonly text: string;
  }): Promise<SentRecord>;
  /**
   * Somebody else uses the account: capture stops until `goOn`, the screen's lock, the next log-in, or four hours later.
   * Throws NOT_ACKNOWLEDGED where nothing is monitored.
   */
  pauseForAnother(): void;
  /** The person is back. Throws NOT_ACKNOWLEDGED where nothing is monitored. */
  goOn(): void;
  exportAll(): { readonly filename: string; readonly json: string };
}

export interface AgentStatus {
  readonly state: "not-enrolled" | "enrolling" | "starting" | "on" | "paused" | "problem" | "ended";
  /** Ids of plain sentences in the catalogue (`status.reason.<id>`), most important first. */
  readonly reasons: readonly StatusReason[];
  readonly practice: boolean;
  readonly agency: string | undefined;
  readonly deviceId: string | undefined;
  readonly ruleSet: { readonly bundle: string; readonly version: number; readonly expires: number } | undefined;
  readonly lastDeliveredAt: number | undefined;
  readonly waiting: number;
  readonly browserConnected: boolean;
  /** Trusted time at which a pause for somebody else ends at the latest; undefined while there is none. */
  readonly pausedUntil: number | undefined;
  /** Trusted time, Unix seconds. */
  readonly now: number;
}
export type StatusReason =
  | "notice-not-live"
  | "extension-missing"
  | "extension-not-pinned"
  | "server-away"
  | "rules-stale"
  | "rules-damaged"
  | "rules-expired"
  | "order-unconfirmed"
  | "order-not-started"
  | "order-ended"
  | "order-revoked"
  | "declined"
  | "removed"
  | "outside-hours"
  | "not-me"
  | "account-not-covered"
  | "journal-full";

export interface RuleSummary {
  readonly ruleId: string;
  readonly category: string;
  readonly signal: string;
  readonly severity: string;
  /** The rule's reason in plain words. */
  readonly reason: string;
  readonly clauseId: string | undefined;
}

export interface SentRecord {
  readonly seq: number;
  readonly hash: string;
  readonly document:
    | { readonly type: "event"; readonly event: Event }
    | { readonly type: "statement"; readonly statement: Statement };
  readonly envelope: Envelope;
  readonly receipt:
    | { readonly envelope: Envelope; readonly receivedAt: number; readonly leafIndex: number }
    | undefined;
  /** The evidence as the device's own box key opens it: what staff can open, and nothing else. */
  readonly evidence: readonly (EvidenceLevel1 | EvidenceLevel2)[];
  readonly statementText: string | undefined;
  readonly views: readonly { readonly role: string; readonly level: number; readonly at: number }[];
  readonly decisions: readonly {
    readonly outcome: Outcome;
    readonly role: string;
    readonly at: number;
    readonly told: string | undefined;
    readonly attested: "session" | "passkey";
  }[];
}

/** The enrolment as the person sees it: one step after the other, each answer once. */
export interface EnrolmentActions {
  view(): EnrolmentView;
  /** Brings a pack: the file's text, or host + typed code. Errors are OvertErrors with plain messages. */
  bring(input: { readonly pack: string } | { readonly host: string; readonly code: string }): Promise<void>;
  /** The person's answer, after every screen was shown; `screens` are seconds each stayed in view. */
  answer(input: {
    readonly outcome: "acknowledged" | "declined";
    readonly language: "en" | "cy" | "en-x-easy";
    readonly copyGiven: boolean;
    readonly screens: readonly { readonly id: string; readonly sha256: string; readonly seconds: number }[];
    readonly noticeSha256: string;
  }): Promise<void>;
}

export type EnrolmentView =
  | { readonly step: "bring-token" }
  | { readonly step: "read"; readonly caseRef: string; readonly agency: string; readonly practice: boolean }
  | { readonly step: "wait-for-officer" }
  /** Eight digits, shown as two groups of four. */
  | { readonly step: "compare"; readonly code: string }
  | { readonly step: "done" }
  | { readonly step: "declined" }
  /** `message` is the program's own; the pages have words of their own for most codes. */
  | { readonly step: "refused"; readonly code: ErrorCode; readonly message: string };

/** Proof that a visible surface answered within 30 seconds. Every sensor needs one; only the notice mints it. */
export interface PermitSource {
  /** The permit now in force for the sensors of this surface, or why there is none. */
  current(scope: PermitScope): CapturePermit | undefined;
  /** False for a permit that ended, was withdrawn, or was not made here. A sensor that holds one asks before each use. */
  isLive(permit: CapturePermit): boolean;
}
export type PermitScope = "browser" | "all";

declare const permit: unique symbol;
export interface CapturePermit {
  readonly [permit]: true;
  readonly scope: PermitScope;
  /** Seconds on the notice's monotonic clock; not a time of day. */
  readonly expiresAt: number;
}
