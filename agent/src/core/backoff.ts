import type { Random } from "@overt/shared/crypto/seal.ts";
import { OvertError, TransportError } from "@overt/shared/errors.ts";

const base = 2;
const longest = 15 * 60;

/**
 * Full jitter: a wait drawn evenly from 0 to 2 · 2ⁿ seconds, at most 15 minutes, so that devices that failed together do
 * not come back together. Where the server named a time, that is the least, with the draw on top.
 */
export function nextWait(failures: number, random: Random, retryAfterSeconds?: number): number {
  const ceiling = Math.min(longest, base * 2 ** Math.min(failures, 20));
  return (retryAfterSeconds ?? 0) + uniform(random) * ceiling;
}

/** What the other side asked for, where the error says so. */
export function retryAfterOf(error: unknown): number | undefined {
  return error instanceof TransportError ? error.retryAfterSeconds : undefined;
}

/** True for what another try may mend. */
export function isPassing(error: unknown): error is TransportError {
  return error instanceof TransportError;
}

/** Lets errors of the product through as values; anything else is a fault of the program and goes on. */
export function asOvertError(error: unknown): OvertError {
  if (error instanceof OvertError) return error;
  throw error;
}

/** Evenly in [0, 1). */
function uniform(random: Random): number {
  const [a = 0, b = 0, c = 0, d = 0] = random(4);
  return (a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d) / 2 ** 32;
}
