/**
 * Every error code of the product, grouped by who must act. The class says who acts, the code what happened.
 * A message is written for the reader and never holds a URL, title, name, token or key.
 */

/** A document, signature, proof or seal did not verify: nobody may rely on it. */
export const verificationCodes = [
  "TOO_LARGE",
  "BAD_ENCODING",
  "BAD_JSON",
  "NOT_CANONICAL",
  "BAD_SCHEMA",
  "WRONG_TYPE",
  "BAD_KEY",
  "BAD_SIGNATURE",
  "THRESHOLD",
  "BAD_PROOF",
  "BAD_NOTE",
  "BAD_COMMITMENT",
  "BAD_SEAL",
  "NOT_RECIPIENT",
  "HASH_MISMATCH",
  "CHAIN_BROKEN",
  "FORK",
  "ROLLBACK",
  "REPLAYED",
  "STALE_REQUEST",
  "UNKNOWN_SIGNER",
  "UNKNOWN_DEVICE",
  "WRONG_CASE",
  "WRONG_ORDER",
  "WRONG_AGENCY",
  "CODES_DIFFER",
] as const;

/** The documents are genuine and do not allow this: the authority must act. */
export const policyCodes = [
  "UNKNOWN_ISSUER",
  "PRACTICE_NOT_LOOPBACK",
  "ORDER_NOT_STARTED",
  "ORDER_ENDED",
  "ORDER_REVOKED",
  "WRONG_NOTICE",
  "TOKEN_NOT_STARTED",
  "TOKEN_EXPIRED",
  "TOKEN_USED",
  "NOTICE_NOT_LIVE",
  "NOT_ACKNOWLEDGED",
  "DECLINED",
  "RULES_EXPIRED",
  "RULE_WITHOUT_CLAUSE",
  "UNKNOWN_RULE",
  "RULE_REFUSED",
  "MISSING_LIST",
  "EVIDENCE_NOT_ALLOWED",
  "NOT_SIGNED_IN",
  "FORBIDDEN",
  "NOT_FOUND",
  "LEASE_LOST",
  "ALREADY_CLAIMED",
  "CLAIM_LIMIT",
  "ALREADY_DECIDED",
  "STATEMENT_NOT_READ",
  "EVIDENCE_STEP_SKIPPED",
  "PASSKEY_REQUIRED",
  "BAD_FORM",
  "PRECEDING_FAILED",
  "BLOB_NOT_EXPECTED",
] as const;

/** The other side could not be reached or cannot take this now: try again later. */
export const transportCodes = ["UNREACHABLE", "OVERLOADED", "RATE_LIMITED", "BAD_RESPONSE"] as const;

/** The local store refused or lost something: the operator must look. */
export const storeCodes = ["STORE_FAILED", "STORE_CORRUPT", "STORE_NEWER", "LOG_DIVERGED"] as const;

/** The configuration or the command line is wrong: whoever started the program must mend it. */
export const configCodes = ["BAD_CONFIG", "USAGE", "MISSING_FILE", "FILE_EXISTS"] as const;

export type VerificationCode = (typeof verificationCodes)[number];
export type PolicyCode = (typeof policyCodes)[number];
export type TransportCode = (typeof transportCodes)[number];
export type StoreCode = (typeof storeCodes)[number];
export type ConfigCode = (typeof configCodes)[number];
export type ErrorCode = VerificationCode | PolicyCode | TransportCode | StoreCode | ConfigCode;

/** Common ground of the five classes; catch this one to show a message to a reader. */
export abstract class OvertError extends Error {
  abstract readonly code: ErrorCode;
  override get name(): string {
    return this.constructor.name;
  }
}

export class VerificationError extends OvertError {
  readonly code: VerificationCode;
  constructor(code: VerificationCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export class PolicyError extends OvertError {
  readonly code: PolicyCode;
  constructor(code: PolicyCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export class TransportError extends OvertError {
  readonly code: TransportCode;
  /** Seconds after which the other side asks to be tried again, where it said so. */
  readonly retryAfterSeconds: number | undefined;
  constructor(code: TransportCode, message: string, options?: ErrorOptions & { retryAfterSeconds?: number }) {
    super(message, options);
    this.code = code;
    this.retryAfterSeconds = options?.retryAfterSeconds;
  }
}

export class StoreError extends OvertError {
  readonly code: StoreCode;
  constructor(code: StoreCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export class ConfigError extends OvertError {
  readonly code: ConfigCode;
  constructor(code: ConfigCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export const errorCodes = [
  ...verificationCodes,
  ...policyCodes,
  ...transportCodes,
  ...storeCodes,
  ...configCodes,
] as const;
