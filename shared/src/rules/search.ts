import { type Destination, decodePercent } from "./destination.ts";
import { isSubdomain } from "./hosts.ts";
import type { SearchEngine } from "./language.ts";

/** The words typed into a known search engine, or undefined where this address is no search. */
export function deriveSearch(destination: Destination, engines: readonly SearchEngine[]): string | undefined {
  for (const engine of engines) {
    if (!isEngine(destination, engine)) continue;
    const words = findParameter(destination.query, engine.parameters);
    if (words !== undefined && words.trim() !== "") return words;
  }
  return undefined;
}

function isEngine(destination: Destination, engine: SearchEngine): boolean {
  const domain = destination.registrableDomain;
  const name = domain?.slice(0, domain.indexOf("."));
  const known =
    (name !== undefined && engine.names.includes(name)) ||
    engine.hosts.some((host) => isSubdomain(destination.host, host));
  return known && (engine.paths.length === 0 || engine.paths.some((path) => destination.path.startsWith(path)));
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
