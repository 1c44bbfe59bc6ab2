import type { Destination } from "./destination.ts";
import { decodePercent } from "./escapes.ts";
import { HostIndex } from "./host-index.ts";
import type { SearchEngine } from "./language.ts";

export type SearchEngines = {
  /** The words typed into a known search engine, or undefined where this address is no search. */
  findWords(destination: Destination): string | undefined;
};

export function buildSearchEngines(engines: readonly SearchEngine[]): SearchEngines {
  const hosts = new HostIndex([...new Set(engines.flatMap((engine) => engine.hosts))]);
  const labels = buildLabels(engines.flatMap((engine) => engine.names));
  return {
    findWords(destination) {
      if (destination.query === "") return undefined;
      // Most hosts hold no such label: the Public Suffix List is asked of few.
      const name = holdsLabel(labels, destination.host) ? registrableName(destination) : undefined;
      const covering = hosts.findCovering(destination.host);
      if (covering === 0 && name === undefined) return undefined;
      for (const engine of engines) {
        if (!isEngine(destination, engine, name, hosts, covering)) continue;
        const words = findParameter(destination.query, engine.parameters);
        if (words !== undefined && words.trim() !== "") return words;
      }
      return undefined;
    },
  };
}

/** Names by their length and first character. */
type Labels = ReadonlyMap<number, readonly string[]>;

function buildLabels(names: readonly string[]): Labels {
  const labels = new Map<number, string[]>();
  for (const name of names) {
    const key = name.length * 256 + name.charCodeAt(0);
    labels.set(key, [...(labels.get(key) ?? []), name]);
  }
  return labels;
}

/** True where a label of the host is one of the names. Makes no string. */
function holdsLabel(labels: Labels, host: string): boolean {
  for (let from = 0; from < host.length; ) {
    const dot = host.indexOf(".", from);
    const end = dot < 0 ? host.length : dot;
    const alike = labels.get((end - from) * 256 + host.charCodeAt(from));
    if (alike !== undefined) for (const name of alike) if (host.startsWith(name, from)) return true;
    from = end + 1;
  }
  return false;
}

function registrableName({ registrableDomain }: Destination): string | undefined {
  return registrableDomain?.slice(0, registrableDomain.indexOf("."));
}

function isEngine(
  { path }: Destination,
  engine: SearchEngine,
  name: string | undefined,
  hosts: HostIndex,
  covering: number,
): boolean {
  let known = name !== undefined && engine.names.includes(name);
  for (let i = 0; i < covering && !known; i++) known = engine.hosts.includes(hosts.nameOf(hosts.covering[i] as number));
  return known && (engine.paths.length === 0 || engine.paths.some((prefix) => path.startsWith(prefix)));
}

/** The first of the named query parameters, form-decoded: `+` is a space. */
export function findParameter(query: string, names: readonly string[]): string | undefined {
  for (const part of query.split("&")) {
    const split = part.indexOf("=");
    if (split > 0 && names.includes(decodePercent(part.slice(0, split)))) {
      return decodePercent(part.slice(split + 1).replaceAll("+", " "));
    }
  }
  return undefined;
}
