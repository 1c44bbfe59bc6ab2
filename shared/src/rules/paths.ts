import { normaliseHost } from "./destination.ts";
import { decodePercent, lowerAscii } from "./escapes.ts";

/** A path pattern taken apart: the host it is bound to (empty for any) and the literal pieces between its wildcards. */
export type CompiledPath = {
  readonly source: string;
  readonly host: string;
  readonly pieces: readonly string[];
  /** The first four characters that a matching text begins with, as `gramAt` reads them; 0 where they are not that many. */
  readonly opening: number;
};

export function compilePath(source: string): CompiledPath {
  const slash = source.indexOf("/");
  const host = source.slice(0, slash);
  // Cut first: an escaped star stands for itself.
  const pieces = source
    .slice(slash)
    .split("*")
    .map((piece) => lowerAscii(decodePercent(piece)));
  const [first] = pieces as [string];
  return {
    source,
    host: host === "*" ? "" : normaliseHost(host),
    pieces,
    opening: first.length < gramLength ? 0 : gramAt(first, 0),
  };
}

export const gramLength = 4;

/** Four characters as one number: of characters beyond U+00FF the last eight bits, so it can only say that two texts differ. */
export function gramAt(text: string, at: number): number {
  return (
    ((text.charCodeAt(at) & 0xff) << 24) |
    ((text.charCodeAt(at + 1) & 0xff) << 16) |
    ((text.charCodeAt(at + 2) & 0xff) << 8) |
    (text.charCodeAt(at + 3) & 0xff)
  );
}

/**
 * True where the pieces stand in `text` in their order, the first at its beginning and the last at its end. Found left to
 * right and greedily: the work is at most the length of the text times the number of pieces.
 */
export function matchesPieces(pieces: readonly string[], text: string): boolean {
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
