import { type Destination, decodePercent } from "./destination.ts";
import { HostIndex } from "./host-index.ts";
import type { SearchEngine } from "./language.ts";

export type SearchEngines = {
  /** The words typed into a known search engine, or undefined where this address is no search. */
  findWords(destination: Destination): string | undefined;
};

export function buildSearchEngines(engines: readonly SearchEngine[]): SearchEngines {
  const hosts = new HostIndex([...new Set(engines.flatMap((engine) => engine.hosts))]);
  const names = new Set(engines.flatMap((engine) => engine.names));
  return {
    findWords(destination) {
      if (destination.query === "" || engines.length === 0) return undefined;
      const name = names.size === 0 ? undefined : registrableName(destination);
      const covering = hosts.findCovering(destination.host);
      if (covering === 0 && (name === undefined || !names.has(name))) return undefined;
      for (const engine of engines) {
        if (!isEngine(destination, engine, name, hosts, covering)) continue;
        const words = findParameter(destination.query, engine.parameters);
        if (words !== undefined && words.trim() !== "") return words;
      }
      return undefined;
    },
  };
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
