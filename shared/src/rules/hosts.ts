import { HostIndex } from "./host-index.ts";

/**
 * A set of hosts that cover their subdomains. `findCovering` gives the length of the longest (most specific) covering
 * name, which is the last so many characters of `host`; 0 where none covers it.
 */
export type HostCover = { findCovering(host: string): number };

export function buildHostCover(names: readonly string[]): HostCover {
  const index = new HostIndex([...new Set(names)]);
  return {
    findCovering(host) {
      const count = index.findCovering(host);
      return count === 0 ? 0 : (index.reach[count - 1] as number);
    },
  };
}
