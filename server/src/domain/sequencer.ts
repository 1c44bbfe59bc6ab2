import { PolicyError, TransportError, VerificationError } from "@overt/shared/errors.ts";
import type { IngestStore, IngestUnit } from "./ingest-store.ts";

/** The one writer of the log: work that came in while a commit ran goes into the next one together. */
export interface Sequencer {
  /**
   * Resolves after the commit that holds the work's writes. Work that throws has written nothing, and the others of its
   * commit are not touched; cheapest is a refusal (VerificationError, PolicyError) before the first write. `weight` is how much the work writes, in records. Rejects with OVERLOADED when too much waits.
   */
  run<T>(work: (unit: IngestUnit) => Promise<T>, weight?: number): Promise<T>;
  /** Calls back after each commit. Returns the way to stop. */
  onCommit(listener: () => void): () => void;
  /** Waits for what is under way. */
  close(): Promise<void>;
}

interface Job {
  readonly work: (unit: IngestUnit) => Promise<unknown>;
  readonly weight: number;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

type Outcome = { readonly value: unknown } | { readonly error: unknown };

/** Both bounds are records: `maxWaiting` before work is turned away, `maxPerCommit` in one transaction. */
export function buildSequencer(
  store: IngestStore,
  options: { readonly maxWaiting: number; readonly maxPerCommit: number },
): Sequencer {
  const waiting: Job[] = [];
  let waitingWeight = 0;
  const listeners = new Set<() => void>();
  let running: Promise<void> | undefined;

  function takeGroup(): Job[] {
    let weight = 0;
    let count = 0;
    for (const job of waiting) {
      if (count > 0 && weight + job.weight > options.maxPerCommit) break;
      weight += job.weight;
      count++;
    }
    waitingWeight -= weight;
    return waiting.splice(0, count);
  }

  async function drain(): Promise<void> {
    // One turn of the loop later, so that requests of the same turn share the commit.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (waiting.length > 0) await commitGroup(takeGroup());
    // In the same turn as the last look at the queue: whoever comes after this starts a drain of its own.
    running = undefined;
  }

  async function commitGroup(jobs: readonly Job[]): Promise<void> {
    try {
      const outcomes = await store.commit((unit) => runJobs(jobs, unit));
      for (const [i, job] of jobs.entries()) settle(job, outcomes[i] as Outcome);
      for (const listener of listeners) listener();
    } catch (error) {
      // Nothing of the group was written. One broken job must not take the others along.
      if (jobs.length === 1) jobs[0]?.reject(error);
      else for (const job of jobs) await commitGroup([job]);
    }
  }

  return {
    run<T>(work: (unit: IngestUnit) => Promise<T>, weight = 1): Promise<T> {
      if (waitingWeight + weight > options.maxWaiting) return Promise.reject(overloaded());
      return new Promise<T>((resolve, reject) => {
        waiting.push({ work, weight, resolve: resolve as (value: unknown) => void, reject });
        waitingWeight += weight;
        running ??= drain();
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

function settle(job: Job, outcome: Outcome): void {
  if ("error" in outcome) job.reject(outcome.error);
  else job.resolve(outcome.value);
}

/** A job that is refused before its first write leaves the others of the commit alone; any other failure undoes the commit. */
async function runJobs(jobs: readonly Job[], unit: IngestUnit): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const job of jobs) {
    const before = unit.countWrites();
    try {
      outcomes.push({ value: await job.work(unit) });
    } catch (error) {
      const refused = error instanceof VerificationError || error instanceof PolicyError;
      if (!refused || unit.countWrites() !== before) throw error;
      outcomes.push({ error });
    }
  }
  return outcomes;
}

export function overloaded(): TransportError {
  return new TransportError("OVERLOADED", "The server has more to do than it can at the moment. Try again.", {
    retryAfterSeconds: 2,
  });
}
