import type { HostMatcher } from "./matchers.ts";

/** True where `host` is `parent` or below it. */
export function isSubdomain(host: string, parent: string): boolean {
  return host === parent || (host.endsWith(parent) && host.charCodeAt(host.length - parent.length - 1) === 0x2e);
}

/**
 * A set of hosts that cover their subdomains. `findCovering` gives the length of the longest (most specific) covering
 * name, which is the last so many characters of `host`; 0 where none covers it.
 */
export type HostCover = { findCovering(host: string): number };

/** Addresses have no subdomains: `1.2.3.4` is not below `3.4`. */
const address = /^(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9a-f:]*:[0-9a-f:]*)$/;

export function buildHostCover(names: readonly string[]): HostCover {
  const known = new Set(names);
  return {
    findCovering(host) {
      if (known.has(host)) return host.length;
      if (address.test(host)) return 0;
      for (let dot = host.indexOf("."); dot >= 0; dot = host.indexOf(".", dot + 1)) {
        if (known.has(host.slice(dot + 1))) return host.length - dot - 1;
      }
      return 0;
    },
  };
}

/** The hosts of one rule: names and lists, less the ones it does not mean. */
export function buildHostMatcher(matcher: HostMatcher, openList: (id: string) => HostCover): HostCover {
  const covers = [buildHostCover(matcher.names), ...matcher.lists.map(openList)];
  const unless = buildHostCover(matcher.unless ?? []);
  return {
    findCovering(host) {
      let longest = 0;
      for (const cover of covers) longest = Math.max(longest, cover.findCovering(host));
      return longest > 0 && unless.findCovering(host) >= longest ? 0 : longest;
    },
  };
}
