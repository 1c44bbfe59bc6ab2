import { mixPair } from "./pair-filter.ts";
import { type CompiledPath, gramAt, gramLength } from "./paths.ts";

/** Fours of one pattern that are compared one after the other before the pattern itself is. */
const maxGrams = 4;
const eight = 2 * gramLength;

/**
 * For each pattern the fours, up to four of them, to find it by: they begin with the eight characters that fewest patterns
 * have, or with four where it has no eight in a row. Empty where it has no four.
 */
export function chooseAnchors(patterns: readonly CompiledPath[]): (readonly number[])[] {
  const uses = new Uses(
    patterns.reduce((sum, { pieces }) => sum + pieces.reduce((all, { length }) => all + length, 0), 0),
  );
  for (const { pieces } of patterns) {
    for (const piece of pieces) for (let at = 0; at + gramLength <= piece.length; at++) uses.add(piece, at);
  }
  return patterns.map(({ pieces }) => {
    let best = "";
    let bestAt = -1;
    let fewest = Number.POSITIVE_INFINITY;
    const longest = pieces.reduce((most, { length }) => Math.max(most, length), 0);
    const length = longest < eight ? gramLength : eight;
    for (const piece of pieces) {
      for (let at = 0; at + length <= piece.length; at++) {
        const used = uses.of(piece, at);
        if (used >= fewest) continue;
        best = piece;
        bestAt = at;
        fewest = used;
      }
    }
    if (bestAt < 0) return [];
    const grams = Math.min(maxGrams, Math.floor((best.length - bestAt) / gramLength));
    return Array.from({ length: grams }, (_, i) => gramAt(best, bestAt + i * gramLength));
  });
}

/** How often eight characters, or four at a piece's end, stand in all patterns; a little too often where hashes meet. */
class Uses {
  readonly #counts: Int32Array;
  readonly #shift: number;

  constructor(characters: number) {
    const bits = Math.ceil(Math.log2(Math.max(64, characters)));
    this.#counts = new Int32Array(2 ** bits);
    this.#shift = 32 - bits;
  }

  add(piece: string, at: number) {
    const slot = this.#slot(piece, at);
    this.#counts[slot] = (this.#counts[slot] as number) + 1;
  }

  of(piece: string, at: number): number {
    return this.#counts[this.#slot(piece, at)] as number;
  }

  #slot(piece: string, at: number): number {
    const one = gramAt(piece, at);
    return (
      (at + eight <= piece.length ? mixPair(one, gramAt(piece, at + gramLength)) : mixPair(0, one)) >>> this.#shift
    );
  }
}
