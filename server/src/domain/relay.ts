import type { ConsoleStore } from "./console-store.ts";
import type { Handover } from "./ports.ts";

export interface Relay {
  /** Hands over all that waits. One drain runs at a time; whoever asks meanwhile gets one more. */
  drain(): Promise<void>;
}

const batch = 100;

/**
 * Moves the outbox to ingest. An item is marked only after `submit` came back, and `submit` is idempotent by hash: dying
 * between the two hands it over again, never loses it.
 */
export function buildRelay(deps: { store: ConsoleStore; handover: Handover; now: () => number }): Relay {
  let running: Promise<void> | undefined;
  let again = false;

  async function run(): Promise<void> {
    do {
      again = false;
      for (;;) {
        const pending = await deps.store.outbox.listPending(batch);
        if (pending.length === 0) break;
        await deps.handover.submit(pending.map(({ item }) => item));
        await deps.store.outbox.markSubmitted(
          pending.map(({ id }) => id),
          deps.now(),
        );
      }
    } while (again);
  }

  return {
    drain() {
      if (running !== undefined) {
        again = true;
        return running;
      }
      running = run().finally(() => {
        running = undefined;
      });
      return running;
    },
  };
}
