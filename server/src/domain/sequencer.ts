import { PolicyError, TransportError, VerificationError } from "@overt/shared/errors.ts";
import type { IngestStore, IngestUnit } from "./ingest-store.ts";

/** The one writer of the log: work that came in while a commit ran goes into the next one together. */
export interface Sequencer {
  /** Resolves after the commit that holds the work's writes. Throws OVERLOADED before anything is written when too much waits. */
  run<T>(work: (unit: IngestUnit) => Promise<T>): Promise<T>;
  /** Calls back after each commit. Returns the way to stop. */
  onCommit(listener: () => void): () => void;
  /** Waits for what is under way. */
  close(): Promise<void>;
}

interface Job {
  readonly work: (unit: IngestUnit) => Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

type Outcome = { readonly value: unknown } | { readonly error: unknown };

export function buildSequencer(
  store: IngestStore,
  options: { readonly maxWaiting: number; readonly maxPerCommit: number },
): Sequencer {
  const waiting: Job[] = [];
  const listeners = new Set<() => void>();
  let running: Promise<void> | undefined;

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const jobs = waiting.splice(0, options.maxPerCommit);
      try {
        const outcomes = await store.commit((unit) => runJobs(jobs, unit));
        outcomes.forEach((outcome, i) => {
          if ("error" in outcome) jobs[i]?.reject(outcome.error);
          else jobs[i]?.resolve(outcome.value);
        });
        for (const listener of listeners) listener();
      } catch (error) {
        for (const job of jobs) job.reject(error);
      }
    }
  }

  return {
    run<T>(work: (unit: IngestUnit) => Promise<T>): Promise<T> {
      if (waiting.length >= options.maxWaiting) {
        throw new TransportError("OVERLOADED", "The server has more to write than it can at the moment. Try again.", {
          retryAfterSeconds: 2,
        });
      }
      return new Promise<T>((resolve, reject) => {
        waiting.push({ work, resolve: resolve as (value: unknown) => void, reject });
        running ??= Promise.resolve()
          .then(drain)
          .finally(() => {
            running = undefined;
          });
      });
    },
    onCommit(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      await running;
    },
  };
}

/** A job that is refused has written nothing before it threw, so the others of the commit stand. */
async function runJobs(jobs: readonly Job[], unit: IngestUnit): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const job of jobs) {
    try {
      outcomes.push({ value: await job.work(unit) });
    } catch (error) {
      if (!(error instanceof VerificationError || error instanceof PolicyError)) throw error;
      outcomes.push({ error });
    }
  }
  return outcomes;
}
