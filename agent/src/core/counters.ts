import { Count } from "@overt/shared/protocol/fields.ts";
import { z } from "zod";

const RuleCounts = z.strictObject({ ruleId: z.string().max(64), shadow: Count });

/** What the monitor counted. `sinceHeartbeat` goes out with the next heartbeat; `protectedVisits` never leaves the device. */
export const Counters = z.strictObject({
  v: z.literal(1),
  sinceHeartbeat: z.strictObject({ observed: Count, matched: Count, suppressed: Count, droppedByGate: Count }),
  shadow: z.array(RuleCounts).max(2_000),
  protectedVisits: Count,
});
export type Counters = z.infer<typeof Counters>;

export type CountName = keyof Counters["sinceHeartbeat"];

const nothing = { observed: 0, matched: 0, suppressed: 0, droppedByGate: 0 } as const;
export const noCounts: Counters = Object.freeze({ v: 1, sinceHeartbeat: nothing, shadow: [], protectedVisits: 0 });

const most = 1_000_000_000;

export function countOne(counters: Counters, name: CountName): Counters {
  const { sinceHeartbeat } = counters;
  return { ...counters, sinceHeartbeat: { ...sinceHeartbeat, [name]: Math.min(most, sinceHeartbeat[name] + 1) } };
}

export function countShadow(counters: Counters, ruleId: string): Counters {
  const before = counters.shadow.find((one) => one.ruleId === ruleId)?.shadow ?? 0;
  const others = counters.shadow.filter((one) => one.ruleId !== ruleId);
  return { ...counters, shadow: [...others, { ruleId, shadow: Math.min(most, before + 1) }] };
}

export function countProtected(counters: Counters): Counters {
  return { ...counters, protectedVisits: Math.min(most, counters.protectedVisits + 1) };
}

/** After a heartbeat: what it told begins again at nothing. */
export function afterHeartbeat(counters: Counters): Counters {
  return { ...noCounts, protectedVisits: counters.protectedVisits };
}
