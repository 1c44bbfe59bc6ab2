import type { Severity } from "../domain/due.ts";
import type { ShownTime } from "./time.ts";

/** What each page shows. A page gets its model and the frame, nothing else. */
export interface PageModels {
  "sign-in": { readonly token: string; readonly good: boolean };
  "signed-out": Record<string, never>;
  queue: QueueModel;
  alert: AlertModel;
  devices: DevicesModel;
  device: DeviceModel;
  audit: AuditModel;
  key: { readonly boxKey: string };
  error: ErrorModel;
}

export type PageName = keyof PageModels;

/** What every page has around its content. */
export interface Frame {
  readonly practice: boolean;
  readonly cspNonce: string;
  readonly csrf: string;
  readonly signedInAs: { readonly reviewerId: string; readonly role: string; readonly boxKey: string } | undefined;
  readonly current: "queue" | "devices" | "audit" | "key" | undefined;
  /** Seconds without activity after which the session ends. */
  readonly idleSeconds: number;
  /** Said once, after an action. */
  readonly notice: string | undefined;
}

export interface QueueModel {
  readonly rows: readonly QueueRow[];
  readonly waiting: number;
  readonly newest: number;
  readonly next: string | undefined;
  readonly first: boolean;
  readonly checkedAt: ShownTime;
}

export interface QueueRow {
  readonly alertId: number;
  readonly caseRef: string;
  readonly due: string;
  readonly dueAt: ShownTime;
  readonly overdue: boolean;
  readonly severity: Severity;
  readonly events: number;
  readonly rule: string;
  readonly clauseId: string;
  readonly statements: number;
  readonly heldBy: "nobody" | "you" | { readonly reviewerId: string };
}

export interface AlertModel {
  readonly alertId: number;
  readonly caseRef: string;
  readonly deviceId: string;
  readonly severity: Severity;
  readonly due: string;
  readonly dueAt: ShownTime;
  readonly decided: boolean;
  readonly claim: ClaimModel;
  readonly clause: { readonly clauseId: string; readonly text: string; readonly maxEvidence: number } | undefined;
  readonly order: { readonly hash: string; readonly from: ShownTime; readonly until: ShownTime } | undefined;
  readonly rule: RuleModel;
  readonly category: string;
  readonly events: readonly EventModel[];
  readonly statements: readonly StatementModel[];
  readonly views: readonly ViewModel[];
  readonly decisions: readonly DecisionModel[];
  readonly mayReplace: boolean;
  readonly form: FormModel;
  readonly errors: readonly FieldError[];
}

export type ClaimModel =
  | { readonly state: "free" }
  | { readonly state: "other"; readonly reviewerId: string; readonly until: ShownTime }
  | {
      readonly state: "mine";
      readonly leaseId: string;
      readonly until: ShownTime;
      readonly secondsLeft: number;
      readonly warnAt: number;
    };

export interface RuleModel {
  readonly ruleId: string;
  readonly revision: number;
  readonly ruleSetVersion: number;
  /** Undefined where the roster's rule set no longer holds this revision. */
  readonly facts: { readonly reason: string; readonly knownFailures: string } | undefined;
}

export interface EventModel {
  readonly eventHash: string;
  readonly number: number;
  readonly deviceTime: ShownTime;
  readonly serverTime: ShownTime;
  readonly channel: string;
  readonly cause: string;
  readonly count: number;
  readonly window: string;
  readonly seq: number;
  readonly leafIndex: number;
  readonly orderUnconfirmed: boolean;
  readonly steps: readonly StepModel[];
}

export interface StepModel {
  readonly level: 1 | 2;
  readonly state: "open-next" | "locked" | "opened" | "not-sent";
  readonly commitment: string;
  readonly ciphertextSha256: string;
}

export interface StatementModel {
  readonly statementHash: string;
  readonly kind: string;
  readonly at: ShownTime;
  readonly state: "unread" | "released" | "read" | "unreadable" | "missing";
  /** It came after the decision. */
  readonly late: boolean;
}

export interface ViewModel {
  readonly role: string;
  readonly reviewerId: string;
  readonly level: number;
  readonly at: ShownTime;
}

export interface DecisionModel {
  readonly outcome: string;
  readonly reasonCode: string;
  readonly reviewerId: string;
  readonly role: string;
  readonly attested: string;
  readonly at: ShownTime;
  readonly events: number;
  readonly told: string;
  readonly privateNote: string;
  readonly replaced: boolean;
}

export interface FormModel {
  readonly outcomes: readonly Choice[];
  readonly reasons: readonly Choice[];
  readonly told: string;
  readonly privateNote: string;
  readonly savedAt: ShownTime | undefined;
  /** A statement is still to be read. */
  readonly blocked: boolean;
}

export interface Choice {
  readonly value: string;
  readonly chosen: boolean;
  readonly passkey: boolean;
}

export interface FieldError {
  readonly field: string;
  readonly text: string;
}

export interface DevicesModel {
  readonly rows: readonly DeviceRowModel[];
  readonly next: string | undefined;
}

export interface DeviceRowModel {
  readonly deviceId: string;
  readonly shortId: string;
  readonly caseRef: string;
  readonly state: string;
  readonly lastSeen: ShownTime | undefined;
  readonly silence: string | undefined;
  readonly ruleSetVersion: number | undefined;
}

export interface DeviceModel extends DeviceRowModel {
  readonly enrolledAt: ShownTime;
  readonly chart: ChartModel | undefined;
  readonly reasons: readonly { readonly reason: string; readonly state: string; readonly span: string }[];
  readonly intervals: readonly IntervalModel[];
  readonly life: readonly { readonly at: ShownTime; readonly kind: string; readonly reason: string }[];
}

export interface IntervalModel {
  readonly from: ShownTime;
  readonly to: ShownTime;
  readonly state: string;
  readonly reason: string;
}

/** One bar a day; x and width in units of an hour from midnight UTC. */
export interface ChartModel {
  readonly days: readonly { readonly label: string; readonly y: number; readonly bars: readonly BarModel[] }[];
  readonly height: number;
}

export interface BarModel {
  readonly x: string;
  readonly width: string;
  readonly state: string;
}

export interface AuditModel {
  readonly rows: readonly {
    readonly seq: number;
    readonly at: ShownTime;
    readonly actor: string;
    readonly role: string;
    readonly operation: string;
    readonly object: string;
    readonly objectId: string;
    readonly hash: string;
  }[];
  readonly all: boolean;
  readonly chain: {
    readonly whole: boolean;
    readonly checked: number;
    /** All there are; where the chain is broken, the number of the first bad entry. */
    readonly entries: number;
    readonly head: string | undefined;
  };
  readonly next: number | undefined;
}

export interface ErrorModel {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly backTo: string;
}
