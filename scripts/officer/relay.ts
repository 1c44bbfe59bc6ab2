import type { ExchangeStep } from "@overt/shared/protocol/enrolment.ts";

/** What carries the four messages between device and officer. It is trusted with nothing but carrying. */
export interface Relay {
  /** Undefined until the other side has written the step. Throws TransportError where it cannot be asked now. */
  find(step: ExchangeStep): Promise<unknown>;
  /** The same message again changes nothing. Throws FORK where another stands there. */
  write(step: ExchangeStep, message: unknown): Promise<void>;
  /** Where it goes, for the officer's screen. */
  readonly name: string;
}
