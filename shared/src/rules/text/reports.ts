import { type Automaton, endAt } from "./automaton.ts";
import { type PatternTable, patternFields } from "./channel-scan.ts";
import type { Hits, LaneHits } from "./hits.ts";
import type { Locator } from "./locator.ts";

/** Places where something ends that are waited for at once. */
const mostWaiting = 16;

/**
 * Turns the places where patterns end into hits, many at a time: what is known of a pattern is seldom in the processor's
 * caches, and so the next is on its way while one is waited for.
 */
export class Reports {
  readonly #automaton: Automaton;
  readonly #patterns: PatternTable;
  readonly #hits: LaneHits;
  readonly #locator: Locator;
  /** Kept while it is read only. */
  #text: string | undefined;
  #count = 0;
  readonly #lane = new Uint8Array(mostWaiting);
  readonly #end = new Int32Array(mostWaiting);
  /** The place in the automaton, and later the first pattern that ends there. */
  readonly #place = new Int32Array(mostWaiting);

  constructor(automaton: Automaton, patterns: PatternTable, hits: LaneHits, locator: Locator) {
    this.#automaton = automaton;
    this.#patterns = patterns;
    this.#hits = hits;
    this.#locator = locator;
  }

  /** Forgets what a scan that was broken off left behind: it is of another text. */
  begin(text: string) {
    this.#count = 0;
    this.#text = text;
  }

  /** The text is at its end. */
  finish() {
    this.#settle();
    this.#text = undefined;
  }

  /** At a place in the automaton patterns end; in the text of this lane, before `end`. */
  add(lane: number, end: number, place: number) {
    if (this.#count === mostWaiting) this.#settle();
    this.#lane[this.#count] = lane;
    this.#end[this.#count] = end;
    this.#place[this.#count++] = place;
  }

  /**
   * As `add`: `rest` characters of the comparison form come after the match and before `end`, and the last `beyond` symbols
   * are of the next lane, where all is found that began there.
   */
  addPart(lane: number, end: number, place: number, rest: number, beyond: number) {
    this.#settle();
    this.#list(this.#hits[lane] as Hits, end, endAt(this.#automaton, place), rest, beyond);
  }

  #settle() {
    const count = this.#count;
    this.#count = 0;
    for (let i = 0; i < count; i++) this.#place[i] = endAt(this.#automaton, this.#place[i] as number);
    for (let i = 0; i < count; i++) {
      this.#list(this.#hits[this.#lane[i] as number] as Hits, this.#end[i] as number, this.#place[i] as number, 0, 0);
    }
  }

  #list(hits: Hits, end: number, first: number, rest: number, beyond: number) {
    const patterns = this.#patterns;
    for (let one = first; one >= 0; ) {
      const at = patternFields * one;
      const slot = patterns[at] as number;
      const lengths = patterns[at + 2] as number;
      one = patterns[at + 3] as number;
      if (lengths >>> 16 <= beyond || !hits.hasRoom(slot)) continue;
      this.#locator.locate(this.#text as string, end, (lengths & 0xffff) + rest);
      hits.add(slot, patterns[at + 1] as number, this.#locator.start, this.#locator.end);
    }
  }
}
