import type { EnrolmentToken } from "@overt/shared/protocol/enrolment.ts";
import type { RefreshOutcome, TargetsKeeper, VerifiedTargets } from "./verified-targets.ts";

/** Whose documents these are, as the screens say it. */
export interface Issuer {
  readonly agency: string;
  readonly name: string;
  readonly practice: boolean;
}

/** The way to an agency's published files. */
export interface Authority {
  /**
   * Judges the root that the token names and fetches what its agency publishes. Nothing of the agency is believed before.
   * Throws UNKNOWN_ISSUER, PRACTICE_NOT_LOOPBACK, HASH_MISMATCH, VerificationError, TransportError.
   */
  admit(token: EnrolmentToken, now: number): Promise<{ readonly issuer: Issuer; readonly targets: VerifiedTargets }>;
  /** The keeper of an authority that was admitted before. */
  open(token: EnrolmentToken, signRequest?: (path: string) => Record<string, string>): TargetsKeeper;
}

export type { RefreshOutcome };
