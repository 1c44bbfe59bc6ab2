import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { RuleEngine } from "@overt/shared/rules/match.ts";
import type { Workload } from "./workload.ts";

export type Timing = {
  readonly name: string;
  readonly decisions: number;
  readonly matched: number;
  /** Microseconds of one decision, the clock's own cost included. */
  readonly median: number;
  readonly p99: number;
};

const warmUps = 3;

/** Each decision is timed by itself, once the code is warm. */
export function timeDecisions(engine: RuleEngine, { name, decisions }: Workload): Timing {
  const times = new Float64Array(decisions.length);
  let matched = 0;
  for (let round = 0; round <= warmUps; round++) {
    matched = 0;
    decisions.forEach(({ observation, local }, at) => {
      const before = process.hrtime.bigint();
      const found = engine.match(observation, local);
      times[at] = Number(process.hrtime.bigint() - before) / 1_000;
      if (found.length > 0) matched++;
    });
  }
  times.sort();
  return { name, decisions: times.length, matched, median: percentile(times, 0.5), p99: percentile(times, 0.99) };
}

/** The nearest rank: a time that was measured. */
export function percentile(sorted: Float64Array, share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

export type Made<T> = {
  readonly value: T;
  readonly milliseconds: number;
  /** What it holds once the garbage is gone. */
  readonly bytes: number;
};

/** Makes something and says how long it took and how much memory it keeps. */
export function measureMaking<T>(make: () => T): Made<T> {
  const collect = openCollector();
  const before = settle(collect);
  const began = performance.now();
  const value = make();
  const milliseconds = performance.now() - began;
  return { value, milliseconds, bytes: Math.max(0, settle(collect) - before) };
}

const mostCollections = 32;
/** More than the six after which V8 lets go of code that was not run since, and of what that code holds. */
const quietCollections = 8;

/**
 * Some of what is not needed goes only after several collections, and a gain of the first measure would be taken off the
 * next: until several in succession freed nothing. What one frees may be less than what came up beside it meanwhile, so each
 * is compared with the one before.
 */
function settle(collect: () => void): number {
  let last = Number.POSITIVE_INFINITY;
  for (let i = 0, quiet = 0; i < mostCollections && quiet < quietCollections; i++) {
    collect();
    const now = heldBytes();
    quiet = now < last ? 0 : quiet + 1;
    last = now;
  }
  return last;
}

function heldBytes(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function openCollector(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}
