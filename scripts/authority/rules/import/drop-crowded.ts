import { ruleLimits } from "@overt/shared/rules/limits.ts";
import { findCrowded } from "@overt/shared/rules/path-index.ts";
import { compilePath } from "@overt/shared/rules/paths.ts";
import type { PathEntry } from "./entry.ts";
import type { Gathered } from "./gathered.ts";
import { patternOf } from "./path-entry.ts";

/** Takes out the patterns that the engine would refuse to look for among so many others on their host, and gives them. */
export function dropCrowded(gathered: Gathered): ReadonlySet<PathEntry> {
  const hosts = new Map<string, PathEntry[]>();
  // Exceptions first: what is left out then is rather an alert than what clears one.
  for (const pile of [gathered.paths.allow, gathered.paths.alert]) {
    for (const entry of pile.values()) {
      const known = hosts.get(entry.host);
      if (known === undefined) hosts.set(entry.host, [entry]);
      else known.push(entry);
    }
  }
  const dropped = new Set<PathEntry>();
  for (const entries of hosts.values()) {
    let left = entries;
    while (left.length > ruleLimits.alikePaths) {
      const crowded = new Set(findCrowded(left.map((entry) => compilePath(patternOf(entry)))));
      if (crowded.size === 0) break;
      for (const at of crowded) dropped.add(left[at] as PathEntry);
      left = left.filter((_, at) => !crowded.has(at));
    }
  }
  for (const entry of dropped) gathered.remove(entry);
  return dropped;
}
