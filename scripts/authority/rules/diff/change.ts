export type Effect = "wider" | "narrower" | "both" | "neutral";

/** One difference in plain words. `wider`: something may now be seen or sent that was not before. */
export type Change = {
  /** The rule, list or table; `bundle` for what concerns all. */
  readonly about: string;
  readonly effect: Effect;
  readonly words: string;
};

export type Say = (effect: Effect, words: string) => void;

/** What widens an alert narrows an allow rule, and the other way round. */
export function turnAround(effect: Effect): Effect {
  if (effect === "wider") return "narrower";
  return effect === "narrower" ? "wider" : effect;
}

/** Entries that came and went; `more` is what an added one does. */
export function compareSets(
  what: string,
  before: readonly string[],
  after: readonly string[],
  more: Effect,
  say: Say,
): void {
  const old = new Set(before);
  const now = new Set(after);
  const added = [...now].filter((one) => !old.has(one));
  const removed = [...old].filter((one) => !now.has(one));
  if (added.length > 0) say(more, `${what} added: ${few(added)}`);
  if (removed.length > 0) say(turnAround(more), `${what} removed: ${few(removed)}`);
}

/** As `compareSets` for hosts: one that another covers is no change of what is matched. */
export function compareHosts(
  what: string,
  before: readonly string[],
  after: readonly string[],
  more: Effect,
  say: Say,
): void {
  const added = after.filter((host) => !before.includes(host));
  const removed = before.filter((host) => !after.includes(host));
  const sayEach = (hosts: readonly string[], others: readonly string[], verb: string, effect: Effect) => {
    const covered = hosts.filter((host) => isCovered(host, others));
    const rest = hosts.filter((host) => !covered.includes(host));
    if (rest.length > 0) say(effect, `${what} ${verb}: ${few(rest)}`);
    if (covered.length > 0) say("neutral", `${what} ${verb}, covered by another: ${few(covered)}`);
  };
  sayEach(added, before, "added", more);
  sayEach(removed, after, "removed", turnAround(more));
}

function isCovered(host: string, by: readonly string[]): boolean {
  const names = new Set(by);
  for (let at = 0; at >= 0; ) {
    if (names.has(host.slice(at))) return true;
    const dot = host.indexOf(".", at);
    at = dot < 0 ? -1 : dot + 1;
  }
  return false;
}

export function few(items: readonly string[], shown = 6): string {
  const more = items.length - shown;
  const list = items.slice(0, shown).join(", ");
  return more > 0 ? `${list} and ${more} more` : list;
}
