/**
 * What two rules on the same observation need to be weighed. `reach` is the number of characters of the observed host
 * that the rule's most specific matching host covers; 0 where the rule is bound to no host.
 */
export type Weighed = {
  readonly reach: number;
  readonly category: string | undefined;
  /** Rules are weighed only against their own kind, so that no shadow rule and no counting rule takes an alert away. */
  readonly rank: "allow" | "live" | "shadow" | "count" | "shadow-count";
};

/**
 * The laws of SPEC.md, Rules, Precedence. An `allow` clears what has the same or a wider host; among the alerts of one
 * category the most specific host wins. The order of `found` decides nothing.
 */
export function applyPrecedence<T extends Weighed>(found: readonly T[]): T[] {
  const standing: T[] = [];
  // An allow rule clears itself: what is left makes alerts or counts.
  for (const one of found) if (!found.some((other) => beats(other, one))) standing.push(one);
  return standing;
}

/** Whether `one` gives way to `other`. */
export function beats(other: Weighed, one: Weighed): boolean {
  if (other.rank === "allow") {
    return other.reach >= one.reach && (other.category === undefined || other.category === one.category);
  }
  return other.rank === one.rank && other.category === one.category && other.reach > one.reach && one.reach > 0;
}
