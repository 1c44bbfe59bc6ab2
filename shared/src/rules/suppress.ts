import { z } from "zod";
import { ruleLimits } from "./limits.ts";

const Tally = z.strictObject({
  ruleId: z.string().max(64),
  /** Trusted time of the last alert let through; absent before the first. */
  lastAt: z.number().int().min(0).optional(),
  /** Matches held back since then. */
  held: z.number().int().min(0),
  /** The local day that `used` counts, as days since 1970. */
  day: z.number().int(),
  used: z.number().int().min(0),
  /** Matches held back since the last heartbeat. */
  unreported: z.number().int().min(0),
});
type Tally = z.infer<typeof Tally>;

/** What keeps the flood down, as it is stored in the journal: one tally for each rule that ever matched. */
export const Suppression = z.strictObject({
  v: z.literal(1),
  tallies: z.array(Tally).max(ruleLimits.rules + ruleLimits.behaviours),
});
export type Suppression = z.infer<typeof Suppression>;

export const emptySuppression: Suppression = Object.freeze({ v: 1, tallies: [] });

export type SuppressionStep = {
  readonly state: Suppression;
  /** False: held back and counted. */
  readonly emit: boolean;
  /** For the event: matches this alert stands for, itself included, and the seconds they span. */
  readonly count: number;
  readonly windowSeconds: number;
};

type Limits = { readonly ruleId: string; readonly cooldownSeconds: number; readonly budgetPerDay: number };

/**
 * One match through cooldown and budget. `at` is trusted time in seconds, `localDay` the local date as days since 1970. A
 * time earlier than the last counts as the last, so a clock step neither opens nor closes anything for long.
 */
export function stepSuppression(state: Suppression, rule: Limits, at: number, localDay: number): SuppressionStep {
  const before = state.tallies.find((tally) => tally.ruleId === rule.ruleId);
  const lastAt = before?.lastAt;
  const now = lastAt === undefined ? at : Math.max(at, lastAt);
  const sameDay = before !== undefined && before.day >= localDay;
  const used = sameDay ? before.used : 0;
  const day = sameDay ? before.day : localDay;
  const held = before?.held ?? 0;
  const cooling = lastAt !== undefined && now - lastAt < rule.cooldownSeconds;
  const emit = !cooling && used < rule.budgetPerDay;
  const unreported = before?.unreported ?? 0;
  const tally: Tally = emit
    ? { ruleId: rule.ruleId, lastAt: now, held: 0, day, used: used + 1, unreported }
    : {
        ruleId: rule.ruleId,
        ...(lastAt === undefined ? {} : { lastAt }),
        held: held + 1,
        day,
        used,
        unreported: unreported + 1,
      };
  return {
    state: { v: 1, tallies: [...state.tallies.filter((other) => other !== before), tally] },
    emit,
    count: emit ? Math.min(held + 1, ruleLimits.eventCount) : 0,
    windowSeconds: emit && held > 0 && lastAt !== undefined ? Math.min(now - lastAt, ruleLimits.eventWindowSeconds) : 0,
  };
}

/** The held-back counts since the last heartbeat, and the state with them set to zero. */
export function takeSuppressed(state: Suppression): {
  readonly state: Suppression;
  readonly counts: readonly { readonly ruleId: string; readonly suppressed: number }[];
} {
  return {
    state: { v: 1, tallies: state.tallies.map((tally) => ({ ...tally, unreported: 0 })) },
    counts: state.tallies
      .filter((tally) => tally.unreported > 0)
      .map((tally) => ({ ruleId: tally.ruleId, suppressed: tally.unreported })),
  };
}
