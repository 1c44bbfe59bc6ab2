import { z } from "zod";
import { Seconds, Version } from "../../protocol/fields.ts";
import { ruleLimits as limits } from "../limits.ts";

const Mark = z.string().regex(/^(?:[0-9a-f]{16})?$/);

/** One match as a behaviour rule remembers it. */
const Remembered = z.strictObject({
  at: Seconds,
  /** Place of the rule in the behaviour rule's `rules`. */
  rule: z
    .number()
    .int()
    .min(0)
    .max(limits.rulesPerBehaviour - 1),
  /** For `value_count`: the mark of the counted value. Else empty. */
  value: Mark,
});
export type Remembered = z.infer<typeof Remembered>;

const Group = z.strictObject({
  /** The mark of the group's fields. */
  key: Mark,
  /** By time; of one second, in the order in which they came. */
  matches: z.array(Remembered).min(1).max(limits.behaviourGroupMemory),
});
type Group = z.infer<typeof Group>;

/** What one behaviour rule remembers, as it is stored in the journal. Groups stand in the order in which they were last fed. */
export const BehaviourMemory = z.strictObject({
  v: z.literal(1),
  /** Of the behaviour rule: another revision is another rule, and begins with nothing. */
  revision: Version,
  groups: z.array(Group).max(limits.behaviourGroups),
});
export type BehaviourMemory = z.infer<typeof BehaviourMemory>;

export const emptyMemory = (revision: number): BehaviourMemory => ({ v: 1, revision, groups: [] });

/**
 * Without what lies more than the timespan away from now: behind it, for it is over; ahead of it, for the clock that
 * stamped it was wrong by more than the rule can bear.
 */
export function forgetDistant(memory: BehaviourMemory, timespanSeconds: number, now: number): BehaviourMemory {
  const isNear = ({ at }: Remembered) => Math.abs(now - at) <= timespanSeconds;
  if (memory.groups.every(({ matches }) => matches.every(isNear))) return memory;
  const groups = memory.groups
    .map(({ key, matches }) => ({ key, matches: matches.filter(isNear) }))
    .filter(({ matches }) => matches.length > 0);
  return { ...memory, groups };
}

export type Remembering = {
  readonly memory: BehaviourMemory;
  /** The matches of the group, and the place of the new one; -1 where it was too old to be remembered. */
  readonly matches: readonly Remembered[];
  readonly own: number;
};

/** Adds one match. A full group forgets its oldest match, a full rule the group that was fed longest ago. */
export function remember(memory: BehaviourMemory, key: string, match: Remembered): Remembering {
  const known = memory.groups.find((group) => group.key === key);
  const matches = [...(known?.matches ?? [])];
  let own = matches.length;
  while (own > 0 && (matches[own - 1] as Remembered).at > match.at) own--;
  matches.splice(own, 0, match);
  if (matches.length > limits.behaviourGroupMemory) {
    matches.shift();
    own--;
  }
  const groups = [...memory.groups.filter((group) => group !== known), { key, matches }];
  return { memory: { ...memory, groups: withinLimits(groups) }, matches, own };
}

function withinLimits(groups: readonly Group[]): Group[] {
  let total = groups.reduce((sum, { matches }) => sum + matches.length, 0);
  let first = 0;
  while (groups.length - first > limits.behaviourGroups || total > limits.behaviourMemory) {
    total -= (groups[first] as Group).matches.length;
    first++;
  }
  return groups.slice(first);
}
