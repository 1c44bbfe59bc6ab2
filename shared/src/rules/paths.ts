import { type Destination, decodePercent, normaliseHost } from "./destination.ts";
import { isSubdomain } from "./hosts.ts";

/** A path pattern taken apart: the host it is bound to (empty for any) and the literal pieces between its wildcards. */
export type CompiledPath = {
  readonly source: string;
  readonly host: string;
  readonly pieces: readonly string[];
};

export function compilePath(source: string): CompiledPath {
  const slash = source.indexOf("/");
  const host = source.slice(0, slash);
  return {
    source,
    host: host === "*" ? "" : normaliseHost(host),
    pieces: decodePercent(source.slice(slash)).toLowerCase().split("*"),
  };
}

/** The text that path patterns are compared with: path and query in comparison form. */
export function pathText(destination: Destination): string {
  if (destination.query === "") return destination.path;
  return `${destination.path}?${decodePercent(destination.query).toLowerCase()}`;
}

/** Work is at most the length of the text times the number of pieces: pieces are found left to right, greedily. */
export function matchesPath(path: CompiledPath, host: string, text: string): boolean {
  if (path.host !== "" && !isSubdomain(host, path.host)) return false;
  const { pieces } = path;
  const first = pieces[0] as string;
  if (pieces.length === 1) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (let i = 1; i < pieces.length - 1; i++) {
    const piece = pieces[i] as string;
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  const last = pieces[pieces.length - 1] as string;
  return text.length - last.length >= at && text.endsWith(last);
}
