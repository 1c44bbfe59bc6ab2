/** Places of one pattern that count in one text: the first ones. More would say nothing new and cost time. */
export const maxPlaces = 256;

/** Hits of each lane of a text; those of the later ones wait until those before them are known. */
export type LaneHits = readonly [Hits, Hits, Hits, Hits];

/** What a scan found, in three flat columns that are used again for the next text. */
export class Hits {
  count = 0;
  /** The term. */
  term = new Int32Array(64);
  start = new Int32Array(64);
  end = new Int32Array(64);
  #pattern = new Int32Array(64);
  readonly #places: Uint16Array;

  constructor(patterns: number) {
    this.#places = new Uint16Array(patterns);
  }

  clear() {
    for (let i = 0; i < this.count; i++) this.#places[this.#pattern[i] as number] = 0;
    this.count = 0;
  }

  /** False where the pattern has had its places. */
  hasRoom(pattern: number): boolean {
    return (this.#places[pattern] as number) < maxPlaces;
  }

  add(pattern: number, term: number, start: number, end: number) {
    if (!this.hasRoom(pattern)) return;
    if (this.count === this.term.length) this.#grow();
    this.#pattern[this.count] = pattern;
    this.term[this.count] = term;
    this.start[this.count] = start;
    this.end[this.count] = end;
    this.count++;
    this.#places[pattern] = (this.#places[pattern] as number) + 1;
  }

  /** Takes over what was found further on in the text. */
  append(later: Hits) {
    for (let i = 0; i < later.count; i++) {
      this.add(later.#pattern[i] as number, later.term[i] as number, later.start[i] as number, later.end[i] as number);
    }
    later.clear();
  }

  #grow() {
    this.#pattern = grow(this.#pattern);
    this.term = grow(this.term);
    this.start = grow(this.start);
    this.end = grow(this.end);
  }
}

function grow(column: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const wider = new Int32Array(column.length * 2);
  wider.set(column);
  return wider;
}
