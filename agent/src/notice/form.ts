import type { IncomingMessage } from "node:http";
import { VerificationError } from "@overt/shared/errors.ts";
import { limits } from "@overt/shared/limits.ts";

const largestForm = 2 * limits.enrolmentBody;

/** The fields of a posted form. Throws TOO_LARGE, WRONG_TYPE. */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  if (request.headers["content-type"] !== "application/x-www-form-urlencoded") {
    throw new VerificationError("WRONG_TYPE", "The form was sent in a form that this page does not take.");
  }
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > largestForm) throw new VerificationError("TOO_LARGE", "What was sent is larger than allowed.");
    parts.push(part);
  }
  return new URLSearchParams(Buffer.concat(parts).toString("utf8"));
}
