import { type Destination, findDestination } from "./destination.ts";
import { HostIndex } from "./host-index.ts";
import type { Wrapper } from "./language.ts";
import { findParameter } from "./search.ts";

export type Unwrapped = { readonly kind: Wrapper["kind"]; readonly destination: Destination };

export type Wrappers = {
  /** The page that this address shows or leads to, where a table says so; one level only. */
  open(destination: Destination): Unwrapped | undefined;
};

export function buildWrappers(wrappers: readonly Wrapper[]): Wrappers {
  const hosts = new HostIndex([...new Set(wrappers.flatMap((wrapper) => wrapper.hosts))]);
  return {
    open(destination) {
      const covering = hosts.findCovering(destination.host);
      for (let i = 0; i < covering; i++) {
        const host = hosts.nameOf(hosts.covering[i] as number);
        for (const wrapper of wrappers) {
          if (!wrapper.hosts.includes(host) || !destination.path.startsWith(wrapper.path)) continue;
          const inner = findInner(destination, wrapper, host);
          const found = inner === undefined ? undefined : findDestination(withScheme(inner));
          if (found !== undefined && found.host !== destination.host && found.host.includes(".")) {
            return { kind: wrapper.kind, destination: found };
          }
        }
      }
      return undefined;
    },
  };
}

function findInner(destination: Destination, { inner, path }: Wrapper, host: string): string | undefined {
  if (inner.from === "parameter") return findParameter(destination.query, inner.names);
  if (inner.from === "label") {
    const label = destination.host.slice(0, -host.length - 1);
    if (label === "" || label.includes(".")) return undefined;
    // The table's spelling: `--` is a hyphen, `-` a dot.
    const spelled = label.replaceAll("--", "\0").replaceAll("-", ".").replaceAll("\0", "-");
    const { pathname, search } = new URL(destination.url);
    return `${spelled}${pathname}${search}`;
  }
  // From the path as it is compared, so that neither escapes nor slashes move the place where the address begins.
  const segments = destination.pathAndQuery.slice(path.length).split("/");
  return segments.slice(inner.skip).join("/").replace(/^\/+/, "");
}

/** Slashes before the host, too many or none, are the parser's matter. */
function withScheme(address: string): string {
  return /^https?:/i.test(address) ? address : `https://${address}`;
}
