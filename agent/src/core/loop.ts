/** Resolves after so many seconds, or at once when the signal aborts. */
export type Wait = (seconds: number, signal: AbortSignal) => Promise<void>;

export interface Loop {
  /** Runs the step now instead of at the end of its wait. */
  wake(): void;
  /** Resolves when the step under way has ended; none follows. */
  stop(): Promise<void>;
}

/**
 * Runs a step again and again; it answers how many seconds to wait until the next. A wake during a step is not lost. A
 * step that throws is a fault of the program: `onFault` gets it and the loop ends.
 */
export function startLoop(step: () => Promise<number>, wait: Wait, onFault: (error: unknown) => void): Loop {
  let stopped = false;
  let woken = false;
  let alarm = new AbortController();

  async function run(): Promise<void> {
    while (!stopped) {
      woken = false;
      const seconds = await step();
      if (stopped || woken || seconds <= 0) continue;
      alarm = new AbortController();
      await wait(seconds, alarm.signal);
    }
  }
  const ended = run().catch(onFault);
  return {
    wake() {
      woken = true;
      alarm.abort();
    },
    stop() {
      stopped = true;
      alarm.abort();
      return ended;
    },
  };
}
