import { parseJson } from "@overt/shared/crypto/canonical.ts";
import {
  type ErrorCode,
  type OvertError,
  PolicyError,
  policyCodes,
  TransportError,
  VerificationError,
  verificationCodes,
} from "@overt/shared/errors.ts";
import { Problem } from "@overt/shared/protocol/wire.ts";
import type { TransportAnswer } from "./transport.ts";

/**
 * The error that an answer other than 2xx stands for. 429 and 5xx are worth another try; a problem of ours keeps its code.
 * The server's own words are not repeated.
 */
export function problemError(answer: TransportAnswer): OvertError {
  const { status, retryAfterSeconds } = answer;
  const after = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
  if (status === 429) return new TransportError("RATE_LIMITED", "The server asks to wait.", after);
  if (status >= 500) return new TransportError("OVERLOADED", "The server cannot take this now.", after);
  const code = findCode(answer.body);
  const verification = verificationCodes.find((known) => known === code);
  if (verification) return new VerificationError(verification, `The server refused the request (${verification}).`);
  const policy = policyCodes.find((known) => known === code);
  if (policy) return new PolicyError(policy, `The server refused the request (${policy}).`);
  return new TransportError("BAD_RESPONSE", `The server refused the request with status ${status}.`);
}

function findCode(body: Uint8Array): ErrorCode | undefined {
  try {
    return Problem.parse(parseJson(body)).code;
  } catch {
    return undefined;
  }
}
