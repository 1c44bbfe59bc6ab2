import { limits } from "@overt/shared/limits.ts";
import { CoverageEvent } from "@overt/shared/protocol/event.ts";
import { Seconds } from "@overt/shared/protocol/fields.ts";
import { z } from "zod";

export type CoverageInterval = CoverageEvent["intervals"][number];
export type CoverageReason = CoverageInterval["reason"];

/** `damaged`: a list is not as it was signed; what rests on it matches nothing until it is there again. */
export type RulesCondition = "in-force" | "stale" | "damaged" | "expired" | "none";

/** Facts that bear on what can be seen; each is a plain condition of the agent, never something a person did. */
export interface Conditions {
  readonly paused: boolean;
  readonly noticeLive: boolean;
  readonly accountCovered: boolean;
  readonly rules: RulesCondition;
  readonly extensionConnected: boolean;
  readonly orderUnconfirmed: boolean;
  readonly withinHours: boolean;
  readonly journalFull: boolean;
}

/** What can be seen under these conditions, with the first reason that limits it. */
export function judgeCoverage(conditions: Conditions): Pick<CoverageInterval, "state" | "reason"> {
  const no = (reason: CoverageReason) => ({ state: "not-seen", reason }) as const;
  const partly = (reason: CoverageReason) => ({ state: "partly", reason }) as const;
  if (conditions.paused) return no("paused");
  if (!conditions.withinHours) return no("outside-hours");
  if (!conditions.accountCovered) return no("account-not-covered");
  if (conditions.rules === "expired") return no("rules-expired");
  if (conditions.rules === "none") return no("starting");
  if (!conditions.extensionConnected) return no("extension-missing");
  if (!conditions.noticeLive) return no("notice-not-live");
  if (conditions.journalFull) return no("journal-full");
  if (conditions.rules === "damaged") return partly("rules-damaged");
  if (conditions.orderUnconfirmed) return partly("order-unconfirmed");
  if (conditions.rules === "stale") return partly("rules-stale");
  return { state: "seen", reason: "ok" };
}

/** The account that was not told yet, as it is kept beside the records: a program that is killed loses none of it. */
export const KeptCoverage = z.strictObject({
  v: z.literal(1),
  intervals: z.array(CoverageEvent.shape.intervals.element).max(limits.coverageIntervals),
  /** Up to here the intervals, or those told before them, account for the time. */
  until: Seconds,
});
export type KeptCoverage = z.infer<typeof KeptCoverage>;

/** A change is told after this long, so that flapping makes one report; what stays as it is, after the longer time. */
const changeSeconds = 60;
const steadySeconds = 300;
/** Two ticks further apart than this: the machine slept. */
const sleepSeconds = 90;

/**
 * The signed account of what could be seen and when. Intervals follow each other without holes from the start on; `take`
 * hands over what is due to be told.
 */
export interface CoverageLedger {
  /** The conditions at trusted time `at`; called every few seconds. */
  tick(at: number, conditions: Conditions): void;
  /** A time when the agent did not run, or a step of the clock (from = to). */
  note(interval: CoverageInterval): void;
  /** The intervals to tell now, or undefined where nothing is due; `force` closes the book. */
  take(at: number, force?: boolean): CoverageInterval[] | undefined;
  /** What is left to tell, as of the last tick: nothing after it is claimed. Written with whatever record tells the rest. */
  kept(): KeptCoverage;
}

/** `untold`: what an earlier run left to tell, to which this one adds. */
export function openCoverageLedger(startedAt: number, untold: readonly CoverageInterval[] = []): CoverageLedger {
  let closed: CoverageInterval[] = [];
  // What can be seen is known from the first tick on.
  let open: CoverageInterval = { from: startedAt, to: startedAt, state: "not-seen", reason: "starting" };
  let lastTick = startedAt;
  let toldAt = startedAt;
  let changed = true;

  const push = (interval: CoverageInterval) => {
    closed = join(closed, interval);
    if (closed.length > limits.coverageIntervals - 1) closed = squeeze(closed);
  };
  /** What was open until `at`; what is open from there on. */
  const turn = (at: number, next: Pick<CoverageInterval, "state" | "reason">) => {
    if (at > open.from) push({ ...open, to: at });
    open = { from: at, to: at, state: next.state, reason: next.reason };
  };
  for (const interval of untold) push(interval);

  return {
    tick(at, conditions) {
      if (at < lastTick) {
        // A vouched time set the clock back: the account begins anew there, nothing is told twice.
        turn(lastTick, open);
        open = { ...open, from: at, to: at };
        lastTick = at;
      }
      if (at - lastTick > sleepSeconds) {
        turn(lastTick, { state: "not-seen", reason: "asleep" });
        turn(at, open);
        changed = true;
      }
      const next = judgeCoverage(conditions);
      if (open.state !== next.state || open.reason !== next.reason) {
        changed = true;
        turn(at, next);
      }
      lastTick = at;
    },
    note(interval) {
      push(interval);
      changed = true;
    },
    take(at, force = false) {
      const due = force || at - toldAt >= (changed ? changeSeconds : steadySeconds) || at < toldAt;
      if (!due) return undefined;
      turn(lastTick, open);
      const told = closed;
      closed = [];
      toldAt = at;
      changed = false;
      return told.length > 0 ? told : undefined;
    },
    kept: () => ({
      v: 1,
      intervals: lastTick > open.from ? join(closed, { ...open, to: lastTick }) : closed,
      until: lastTick,
    }),
  };
}

function join(intervals: CoverageInterval[], next: CoverageInterval): CoverageInterval[] {
  const last = intervals.at(-1);
  const follows =
    last !== undefined && last.to === next.from && last.state === next.state && last.reason === next.reason;
  return follows ? [...intervals.slice(0, -1), { ...last, to: next.to }] : [...intervals, next];
}

/** Halves a list that grew too long: neighbours become one interval, which never claims more than its weaker half. */
function squeeze(intervals: readonly CoverageInterval[]): CoverageInterval[] {
  const weight = { "not-seen": 0, partly: 1, seen: 2 } as const;
  const squeezed: CoverageInterval[] = [];
  for (let i = 0; i < intervals.length; i += 2) {
    const [a, b] = [intervals[i], intervals[i + 1]];
    if (a === undefined) continue;
    const weaker = b !== undefined && weight[b.state] < weight[a.state] ? b : a;
    squeezed.push(b === undefined ? a : { ...weaker, from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) });
  }
  return squeezed;
}
