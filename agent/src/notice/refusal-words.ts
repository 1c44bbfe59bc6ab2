import type { ErrorCode } from "@overt/shared/errors.ts";
import type { Translate } from "./catalogue.ts";

/** What can be wrong with a token, or with what a person typed, each with words that say who must act and what to do. */
export const explainedCodes = [
  "UNKNOWN_ISSUER",
  "PRACTICE_NOT_LOOPBACK",
  "UNKNOWN_SIGNER",
  "BAD_SIGNATURE",
  "THRESHOLD",
  "TOKEN_NOT_STARTED",
  "TOKEN_EXPIRED",
  "TOKEN_USED",
  "FORK",
  "WRONG_ORDER",
  "WRONG_CASE",
  "WRONG_AGENCY",
  "WRONG_NOTICE",
  "ORDER_NOT_STARTED",
  "ORDER_ENDED",
  "ORDER_REVOKED",
  "HASH_MISMATCH",
  "TOO_LARGE",
  "BAD_ENCODING",
  "BAD_JSON",
  "NOT_CANONICAL",
  "BAD_SCHEMA",
  "WRONG_TYPE",
  "BAD_FORM",
  "BAD_CONFIG",
  "NOT_FOUND",
  "UNREACHABLE",
  "OVERLOADED",
  "RATE_LIMITED",
  "BAD_RESPONSE",
] as const satisfies readonly ErrorCode[];

/** Why an enrolment cannot go on, in the reader's language; the program's own English where no words were written for it. */
export function refusalWords({ code, message }: { code: ErrorCode; message: string }, t: Translate): string {
  return explainedCodes.some((known) => known === code) ? t(refusalKey(code)) : message;
}

/** The catalogue's key for a code. */
export function refusalKey(code: ErrorCode): string {
  return `refused.${code.toLowerCase().replaceAll("_", "-")}`;
}
