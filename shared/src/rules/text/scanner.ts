import { characterType, type UnicodeTables } from "../unicode/tables.ts";
import { type Alphabet, complex, gapSymbol, paired, slow, unspaced } from "./alphabet.ts";
import { type Automaton, follow, mayReport, numberAt, reportAt } from "./automaton.ts";
import type { Fold } from "./channels.ts";
import { FormReader } from "./form-reader.ts";
import type { Hits } from "./hits.ts";
import { Locator } from "./locator.ts";

/** For each pattern of a channel. */
export type PatternTable = {
  /** Its number among the patterns of all channels, and that of its term. */
  readonly slot: Int32Array;
  readonly term: Int32Array;
  /** Characters, gaps aside. */
  readonly length: Int32Array;
  /** Symbols. */
  readonly spelled: Int32Array;
};

/** Texts shorter than this are read in one go, and a gap to halve a longer one at is looked for within as much. */
const shortText = 512;

/**
 * Reads a text in one channel and reports every place of every pattern. The text is never copied. Letters of a script with
 * spaces cost two loads each; the second waits for that of the letter before, so a long text is read from its start and from
 * a gap at its middle at once. Everything else goes the careful way of `FormReader`. Allocates nothing.
 */
export class Scanner {
  readonly #alphabet: Alphabet;
  readonly #automaton: Automaton;
  readonly #patterns: PatternTable;
  readonly #reader: FormReader;
  readonly #locator: Locator;
  #text = "";
  #length = 0;
  /** The place in the automaton of the reading that is being looked at. */
  #place = 0;
  /** 1 while the first half is read on into the second, and then the symbols of the second half that were read. */
  #crossing = 0;
  #beyond = 0;

  constructor(alphabet: Alphabet, automaton: Automaton, patterns: PatternTable, tables: UnicodeTables, fold: Fold) {
    this.#alphabet = alphabet;
    this.#automaton = automaton;
    this.#patterns = patterns;
    this.#reader = new FormReader(tables, fold);
    this.#locator = new Locator(alphabet.classes, tables, fold);
  }

  /** Adds to `hits` what stands in the first `length` units of `text`. `later` is empty, and is so again afterwards. */
  scan(text: string, length: number, hits: Hits, later: Hits) {
    const { classes } = this.#alphabet;
    const { table } = this.#automaton;
    this.#text = text;
    this.#length = length;
    const split = this.#findSplit();
    // The gap between the halves is read by both.
    const middle = Math.min(length, split + 1);
    let i = 0;
    let j = split;
    const opening = table[gapSymbol] as number;
    let front = opening < 0 ? ~opening : opening;
    let back = 0;
    while (i < middle && j < length) {
      const one = classes[text.charCodeAt(i)] as number;
      const other = classes[text.charCodeAt(j)] as number;
      if ((one | other) < slow) {
        // `| 0` says that there is no overflow.
        const next = table[(front + one) | 0] as number;
        const after = table[(back + other) | 0] as number;
        if ((next | after) >= 0) {
          front = next;
          back = after;
          i = (i + 1) | 0;
          j = (j + 1) | 0;
          continue;
        }
      }
      this.#place = front;
      i = this.#readOn(i, middle, hits);
      front = this.#place;
      this.#place = back;
      j = this.#readOn(j, length, later);
      back = this.#place;
    }
    this.#place = front;
    this.#readAll(i, middle, hits);
    if (split < length) this.#cross(middle, hits);
    else this.#feedGap(length, hits);
    if (split < length) {
      this.#place = back;
      this.#readAll(j, length, later);
      this.#feedGap(length, later);
      hits.append(later);
    }
    this.#text = "";
  }

  /** A gap about the middle of the text, or the end of a text that is not worth halving. */
  #findSplit(): number {
    if (this.#length < shortText) return this.#length;
    const from = this.#length >> 1;
    for (let at = from; at < from + shortText / 2; at++) {
      if (this.#alphabet.classes[this.#text.charCodeAt(at)] === gapSymbol) return at;
    }
    return this.#length;
  }

  #readAll(from: number, to: number, hits: Hits) {
    const { classes } = this.#alphabet;
    const { table } = this.#automaton;
    const text = this.#text;
    let place = this.#place;
    for (let at = from; at < to; ) {
      const symbol = classes[text.charCodeAt(at)] as number;
      const next = symbol < slow ? (table[place + symbol] as number) : -1;
      if (next >= 0) {
        place = next;
        at++;
        continue;
      }
      this.#place = place;
      at = this.#readOn(at, to, hits);
      place = this.#place;
    }
    this.#place = place;
  }

  /** Reads one unit or more, until the automaton is in a row again or the text is at its end. Returns where. */
  #readOn(from: number, to: number, hits: Hits): number {
    const { classes } = this.#alphabet;
    const { rowsEnd } = this.#automaton;
    let at = from;
    do {
      const symbol = classes[this.#text.charCodeAt(at)] as number;
      at = symbol < slow ? this.#readPlain(symbol, at, hits) : this.#readSlowly(at, to, hits);
    } while (this.#place >= rowsEnd && at < to);
    return at;
  }

  #readPlain(symbol: number, at: number, hits: Hits): number {
    const after = at + 1;
    if (!this.#feed(symbol)) return after;
    if (symbol === gapSymbol) this.#report(at, 0, hits);
    else if (!this.#locator.isExtended(this.#text, after, this.#length)) this.#report(after, 0, hits);
    return after;
  }

  /** The first half is read on for as long as something that began in it may end in the second. */
  #cross(from: number, hits: Hits) {
    const { classes } = this.#alphabet;
    const { depth } = this.#automaton;
    this.#crossing = 1;
    this.#beyond = 1;
    let at = from;
    while (at < this.#length && (depth[numberAt(this.#automaton, this.#place)] as number) > this.#beyond) {
      const symbol = classes[this.#text.charCodeAt(at)] as number;
      at = symbol < slow ? this.#readPlain(symbol, at, hits) : this.#readSlowly(at, this.#length, hits);
    }
    if (at === this.#length) this.#feedGap(at, hits);
    this.#crossing = 0;
    this.#beyond = 0;
  }

  /** From a unit that is no plain letter or gap to the next that is one. */
  #readSlowly(from: number, to: number, hits: Hits): number {
    const { classes } = this.#alphabet;
    const text = this.#text;
    const before = from === 0 ? gapSymbol : (classes[text.charCodeAt(from - 1)] as number);
    let last: number = before === gapSymbol ? characterType.gap : characterType.word;
    let at = from;
    while (at < to) {
      const symbol = classes[text.charCodeAt(at)] as number;
      if (symbol === complex) {
        at = this.#reader.read(text, at, to, last, classes);
        last = this.#reader.last;
        this.#feedRead(at, hits);
        continue;
      }
      const isUnspaced = symbol >= unspaced;
      if (symbol !== gapSymbol && isUnspaced !== (last === characterType.unspaced)) this.#feedGap(at, hits);
      if (symbol < slow) return at;
      last = isUnspaced ? characterType.unspaced : characterType.word;
      at = this.#readPlain(symbol - (isUnspaced ? unspaced : paired), at, hits);
    }
    return to;
  }

  /** Feeds what the reader has read up to `at`. A letter that has more marks after it has not ended. */
  #feedRead(at: number, hits: Hits) {
    const { count, character, type } = this.#reader;
    for (let i = 0; i < count; i++) {
      const isGap = type[i] === characterType.gap;
      if (!this.#feed(isGap ? gapSymbol : this.#alphabet.numberOf(character[i] as number))) continue;
      if (isGap) this.#reportRead(i - 1, hits);
      else if (
        i + 1 < count ? type[i + 1] !== characterType.extend : !this.#locator.isExtended(this.#text, at, this.#length)
      )
        this.#reportRead(i, hits);
    }
  }

  /** Reports what ends with the reader's unit `i`; -1 stands for what was read before. */
  #reportRead(i: number, hits: Hits) {
    const { count, type, start, end } = this.#reader;
    if (i < 0) {
      this.#report(start[0] as number, 0, hits);
      return;
    }
    // Marks are out of order: the last of them in the text counts.
    let last = i;
    for (let k = i; k > 0 && type[k] === characterType.extend; k--)
      if ((start[k - 1] as number) > (start[last] as number)) last = k - 1;
    // Characters that the same one of the original still becomes after this one; marks of others may stand between them.
    let rest = 0;
    for (let k = i + 1; k < count; k++) {
      if (start[k] === start[last]) rest += type[k] === characterType.gap ? 0 : 1;
      else if (type[k] !== characterType.extend) break;
    }
    this.#report(end[last] as number, rest, hits);
  }

  #feedGap(at: number, hits: Hits) {
    if (this.#feed(gapSymbol)) this.#report(at, 0, hits);
  }

  /** Takes one character of the comparison form. True where something may be reported that ends with it. */
  #feed(number: number): boolean {
    const { stride } = this.#alphabet;
    if (number < stride) return this.#advance(number);
    this.#advance(this.#alphabet.highOf(number));
    return this.#advance(this.#alphabet.lowOf(number));
  }

  #advance(symbol: number): boolean {
    const before = this.#place;
    const next = follow(this.#automaton, before, symbol);
    this.#place = next < 0 ? ~next : next;
    if (symbol !== gapSymbol || this.#place !== before) this.#beyond += this.#crossing;
    return next < 0 && mayReport(this.#automaton, this.#place);
  }

  /** `rest` characters of the comparison form come after the match and before `end`. */
  #report(end: number, rest: number, hits: Hits) {
    const { first, patterns, shorter } = this.#automaton;
    const { slot, term, length, spelled } = this.#patterns;
    for (let state = reportAt(this.#automaton, this.#place); state >= 0; state = shorter[state] as number) {
      const to = first[state + 1] as number;
      for (let i = first[state] as number; i < to; i++) {
        const pattern = patterns[i] as number;
        const place = slot[pattern] as number;
        // What began in the second half is found there.
        if ((spelled[pattern] as number) <= this.#beyond || !hits.hasRoom(place)) continue;
        this.#locator.locate(this.#text, end, (length[pattern] as number) + rest);
        hits.add(place, term[pattern] as number, this.#locator.start, this.#locator.end);
      }
    }
  }
}
