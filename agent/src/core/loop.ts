/** Resolves after so many seconds, or at once when the signal aborts. */
export type Wait = (seconds: number, signal: AbortSignal) => Promise<void>;

export interface Loop {
  /** Runs the step now instead of at the end of its wait. */
  wake(): void;
  /** Resolves when the step under way has ended; none follows. */
  stop(): Promise<void>;
}

/** Seconds to wait until the next turn; `firm` where the other side asked for them, and no wake may cut them short. */
export type Pause = number | { readonly firm: number };

/**
 * Runs a step again and again; it answers how long to wait until the next. A wake during a step is not lost. A step that
 * throws is a fault of the program: `onFault` gets it and the loop ends.
 */
export function startLoop(step: () => Promise<Pause>, wait: Wait, onFault: (error: unknown) => void): Loop {
  let stopped = false;
  let woken = false;
  let firm = false;
  let alarm = new AbortController();

  async function run(): Promise<void> {
    while (!stopped) {
      woken = false;
      const pause = await step();
      firm = typeof pause !== "number";
      const seconds = typeof pause === "number" ? pause : pause.firm;
      if (stopped || (woken && !firm) || seconds <= 0) continue;
      alarm = new AbortController();
      await wait(seconds, alarm.signal);
      firm = false;
    }
  }
  const ended = run().catch(onFault);
  return {
    wake() {
      woken = true;
      if (!firm) alarm.abort();
    },
    stop() {
      stopped = true;
      alarm.abort();
      return ended;
    },
  };
}
