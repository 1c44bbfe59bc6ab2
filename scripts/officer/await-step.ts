import { TransportError } from "@overt/shared/errors.ts";
import type { ExchangeStep } from "@overt/shared/protocol/enrolment.ts";
import type { Relay } from "./relay.ts";

export interface Patience {
  /** A steady clock in milliseconds. */
  readonly clock: () => number;
  readonly wait: (ms: number) => Promise<void>;
  /** How long the other side may take, in seconds; 0 looks once. */
  readonly seconds: number;
}

const between = 400;

/** The other side's message, or undefined after `seconds`. A server that cannot be reached is asked again until then. */
export async function awaitStep(
  relay: Relay,
  step: ExchangeStep,
  { clock, wait, seconds }: Patience,
): Promise<unknown> {
  const end = clock() + seconds * 1_000;
  for (;;) {
    const last = clock() >= end;
    const found = await relay.find(step).catch((error: unknown) => {
      if (!(error instanceof TransportError) || last) throw error;
      return undefined;
    });
    if (found !== undefined || last) return found;
    await wait(between);
  }
}
