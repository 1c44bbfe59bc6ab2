import type { HostMatcher } from "@overt/shared/rules/matchers.ts";

/** Addresses, hosts and paths (SPEC.md 10.2), slowly and obviously. */

export type Address = { readonly host: string; readonly path: string; readonly query: string };

/** Undefined for what is no web address. */
export function readAddress(url: string): Address | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, hostname, pathname, search } = new URL(url);
  if (protocol !== "http:" && protocol !== "https:") return undefined;
  return { host: readHost(hostname), path: decode(pathname).replaceAll(/\/+/g, "/"), query: search.slice(1) };
}

export function readHost(hostname: string): string {
  const bare = hostname.replace(/^\[|\]$/g, "");
  if (bare.startsWith("::ffff:") || bare.startsWith("64:ff9b::")) {
    // All eight groups, zeros put back.
    const [begin, end] = bare.split("::").map((half) => half.split(":").filter((four) => four !== "")) as [
      string[],
      string[],
    ];
    const groups = [...begin, ...Array.from({ length: 8 - begin.length - end.length }, () => "0"), ...end];
    const network = groups.slice(0, 6).join(":");
    if (network === "0:0:0:0:0:ffff" || network === "64:ff9b:0:0:0:0") {
      return groups
        .slice(6)
        .flatMap((four) => [Number.parseInt(four, 16) >> 8, Number.parseInt(four, 16) % 256])
        .join(".");
    }
  }
  return bare.replace(/\.+$/, "");
}

const isAddress = (host: string) => host.includes(":") || /^[0-9.]+$/.test(host);

/** A name covers itself and what is below it; an address only itself. */
export function covers(name: string, host: string): boolean {
  return name === host || (!isAddress(host) && host.endsWith(`.${name}`));
}

const longest = (names: readonly string[]) => Math.max(0, ...names.map((name) => name.length));

/** Characters of the host that the matcher covers, 0 for none. */
export function reachOfHosts(hosts: HostMatcher, lists: Record<string, readonly string[]>, host: string): number {
  const means = [...hosts.names, ...hosts.lists.flatMap((id) => lists[id] ?? [])];
  const reach = longest(means.filter((name) => covers(name, host)));
  const excepted = longest((hosts.unless ?? []).filter((name) => covers(name, host)));
  return excepted >= reach ? 0 : reach;
}

/** What path patterns are compared with. */
export const textOf = ({ path, query }: Address) => (query === "" ? path : `${path}?${decode(query)}`);

/** Characters of the host that the pattern is bound to, 0 for any host; undefined where it does not match. */
export function reachOfPath(pattern: string, address: Address): number | undefined {
  const { host } = address;
  const slash = pattern.indexOf("/");
  const bound = readHost(pattern.slice(0, slash));
  if (bound !== "*" && !covers(bound, host)) return undefined;
  const pieces = pattern.slice(slash).split("*").map(decode);
  const expression = pieces.map((piece) => piece.replaceAll(/[.+?^${}()|[\]\\*]/g, "\\$&")).join("[^]*");
  return new RegExp(`^${expression}$`).test(textOf(address)) ? (bound === "*" ? 0 : bound.length) : undefined;
}

/** Each run of escapes undone once where it is UTF-8, then A–Z made small. */
export const decode = (text: string) => undoEscapes(text).replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());

export function undoEscapes(text: string): string {
  return text.replaceAll(/(%[0-9a-f]{2})+/gi, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run;
    }
  });
}
