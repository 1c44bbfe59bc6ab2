/** The four top-level roles of TUF 1.0.34; this product uses no delegations. */
export const tufRoles = ["root", "targets", "snapshot", "timestamp"] as const;
export type TufRole = (typeof tufRoles)[number];

const day = 86_400;

/** How long each role's metadata lets agents refresh, in seconds. */
export const tufLifetimes: Readonly<Record<TufRole, number>> = {
  root: 365 * day,
  targets: 90 * day,
  snapshot: 30 * day,
  timestamp: 7 * day,
};

/** How many of how many keys an agency needs for each role; a practice agency follows the same rule. */
export const tufQuorum: Readonly<Record<TufRole, { threshold: number; keys: number }>> = {
  root: { threshold: 3, keys: 5 },
  targets: { threshold: 2, keys: 3 },
  snapshot: { threshold: 1, keys: 1 },
  timestamp: { threshold: 1, keys: 1 },
};

export function isTufRole(name: string): name is TufRole {
  return (tufRoles as readonly string[]).includes(name);
}
