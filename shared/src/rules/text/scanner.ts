import { characterType, type UnicodeTables } from "../unicode/tables.ts";
import { type Alphabet, complex, gapSymbol, slow, unspaced } from "./alphabet.ts";
import type { Automaton } from "./automaton.ts";
import type { Fold } from "./channels.ts";
import type { Hits } from "./hits.ts";
import { maxMarks } from "./segments.ts";

/** For each pattern of a channel: its number among all patterns, and how many characters (gaps aside) it has. */
export type PatternTable = { readonly id: Int32Array; readonly length: Int32Array };

/**
 * Reads a text in one channel and reports every place of every pattern. The text is never copied: letters of a script with
 * spaces cost two loads each, everything else goes the careful way of `readUnits`. Allocates nothing.
 */
export class Scanner {
  readonly #alphabet: Alphabet;
  readonly #automaton: Automaton;
  readonly #patterns: PatternTable;
  readonly #tables: UnicodeTables;
  readonly #fold: Fold;
  readonly #folded: number[] = [];
  readonly #behind: number[] = [];
  readonly #marks = new Int32Array(maxMarks);
  #markCount = 0;
  #state = 0;
  #text = "";
  #hits: Hits;

  constructor(
    alphabet: Alphabet,
    automaton: Automaton,
    patterns: PatternTable,
    tables: UnicodeTables,
    fold: Fold,
    hits: Hits,
  ) {
    this.#alphabet = alphabet;
    this.#automaton = automaton;
    this.#patterns = patterns;
    this.#tables = tables;
    this.#fold = fold;
    this.#hits = hits;
  }

  /** Adds to `hits` what stands in the first `length` units of `text`. */
  scan(text: string, length: number) {
    const { classes } = this.#alphabet;
    const { table } = this.#automaton;
    this.#text = text;
    this.#markCount = 0;
    const opening = table[gapSymbol] as number;
    let state = opening < 0 ? ~opening : opening;
    for (let at = 0; at < length; ) {
      const symbol = classes[text.charCodeAt(at)] as number;
      if (symbol >= slow) {
        this.#state = state;
        at = this.#readSlowly(at, length);
        state = this.#state;
        continue;
      }
      const next = table[state + symbol] as number;
      at++;
      if (next >= 0) {
        state = next;
        continue;
      }
      const reached = ~next;
      if (symbol !== gapSymbol) {
        if (!this.#isExtended(at, length)) this.#report(reached, at, 0);
      } else if (reached !== state) this.#report(reached, at - 1, 0);
      state = reached;
    }
    this.#state = state;
    this.#feedGap(length, 0);
    this.#text = "";
  }

  /** From a unit that is no plain letter or gap to the next that is one. */
  #readSlowly(from: number, length: number): number {
    const { classes } = this.#alphabet;
    const text = this.#text;
    const before = from === 0 ? gapSymbol : (classes[text.charCodeAt(from - 1)] as number);
    let last: number = before === gapSymbol ? characterType.gap : characterType.word;
    let at = from;
    while (at < length) {
      const unit = text.charCodeAt(at);
      const symbol = classes[unit] as number;
      if (symbol < slow) {
        this.#flushMarks(at);
        if (last === characterType.unspaced && symbol !== gapSymbol) this.#feedGap(at, 0);
        return at;
      }
      if (symbol !== complex) {
        this.#flushMarks(at);
        if (last !== characterType.unspaced) this.#feedGap(at, 0);
        this.#feed(symbol - unspaced, at + 1, 0, length);
        last = characterType.unspaced;
        at++;
        continue;
      }
      const code = text.codePointAt(at) as number;
      const end = Math.min(at + (code > 0xffff ? 2 : 1), length);
      last = this.#readComplex(code, at, end, length, last);
      at = end;
    }
    this.#flushMarks(length);
    return length;
  }

  #readComplex(code: number, start: number, end: number, length: number, before: number): number {
    const { type: types, rank } = this.#tables;
    const folded = this.#folded;
    folded.length = 0;
    this.#fold(code, folded);
    let last = before;
    for (let i = 0; i < folded.length; i++) {
      const character = folded[i] as number;
      const type = types.get(character);
      if (type === characterType.extend && last === characterType.gap) continue;
      if (rank.get(character) !== 0) {
        if (this.#markCount < maxMarks) this.#marks[this.#markCount++] = character;
        continue;
      }
      this.#flushMarks(i === 0 ? start : end);
      const skip = i === 0 ? 0 : this.#countAfter(i - 1);
      if (type === characterType.gap) {
        this.#feedGap(i === 0 ? start : end, skip);
        last = characterType.gap;
        continue;
      }
      if (type !== characterType.extend) {
        if ((type === characterType.unspaced) !== (last === characterType.unspaced)) {
          this.#feedGap(i === 0 ? start : end, skip);
        }
        last = type;
      }
      const next = i + 1 < folded.length ? types.get(folded[i + 1] as number) : characterType.gap;
      const goesOn = next === characterType.extend;
      this.#feed(this.#alphabet.symbolOf(character), goesOn ? -1 : end, this.#countAfter(i), length);
    }
    return last;
  }

  /** Characters that the one being read still becomes after its i-th. */
  #countAfter(i: number): number {
    let count = 0;
    for (let j = i + 1; j < this.#folded.length; j++) {
      if (this.#tables.type.get(this.#folded[j] as number) !== characterType.gap) count++;
    }
    return count;
  }

  /** Marks in canonical order. A pattern that ends before the last of them has not ended: its letter goes on. */
  #flushMarks(at: number) {
    const count = this.#markCount;
    if (count === 0) return;
    const marks = this.#marks;
    const { rank } = this.#tables;
    for (let i = 1; i < count; i++) {
      const mark = marks[i] as number;
      let place = i;
      while (place > 0 && rank.get(marks[place - 1] as number) > rank.get(mark)) {
        marks[place] = marks[place - 1] as number;
        place--;
      }
      marks[place] = mark;
    }
    this.#markCount = 0;
    for (let i = 0; i < count; i++) {
      const last = i === count - 1;
      this.#feed(this.#alphabet.symbolOf(marks[i] as number), last ? at : -1, 0, this.#text.length);
    }
  }

  /** One symbol or pair. `end` is where its character ends, -1 where nothing may end here. */
  #feed(symbols: number, end: number, skip: number, length: number) {
    const { table } = this.#automaton;
    if (symbols >= 65_536) {
      const half = table[this.#state + Math.floor(symbols / 65_536)] as number;
      this.#state = half < 0 ? ~half : half;
    }
    const next = table[this.#state + (symbols & 0xffff)] as number;
    this.#state = next < 0 ? ~next : next;
    if (next < 0 && end >= 0 && (skip > 0 || !this.#isExtended(end, length))) this.#report(this.#state, end, skip);
  }

  #feedGap(at: number, skip: number) {
    const before = this.#state;
    const next = this.#automaton.table[before + gapSymbol] as number;
    this.#state = next < 0 ? ~next : next;
    if (next < 0 && this.#state !== before) this.#report(this.#state, at, skip);
  }

  /** True where the next character that is there is a mark: the letter before it is another letter then. */
  #isExtended(from: number, length: number): boolean {
    for (let at = from; at < length; ) {
      if ((this.#alphabet.classes[this.#text.charCodeAt(at)] as number) < complex) return false;
      const code = this.#text.codePointAt(at) as number;
      this.#behind.length = 0;
      this.#fold(code, this.#behind);
      const [first] = this.#behind;
      if (first !== undefined) return this.#tables.type.get(first) === characterType.extend;
      at += code > 0xffff ? 2 : 1;
    }
    return false;
  }

  #report(place: number, end: number, skip: number) {
    const { first, patterns, shorter, stride } = this.#automaton;
    const state = place / stride;
    let number = first[state + 1] === first[state] ? (shorter[state] as number) : state;
    while (number >= 0) {
      const to = first[number + 1] as number;
      for (let i = first[number] as number; i < to; i++) {
        const pattern = patterns[i] as number;
        const id = this.#patterns.id[pattern] as number;
        if (this.#hits.hasRoom(id)) this.#locate(id, this.#patterns.length[pattern] as number, end, skip);
      }
      number = shorter[number] as number;
    }
  }

  /** Walks back over as many characters of the comparison form as the pattern has; `skip` of the last one came after. */
  #locate(id: number, characters: number, end: number, skip: number) {
    const text = this.#text;
    let left = characters + skip;
    let at = end;
    let foundEnd = -1;
    let marks = 0;
    let marksEnd = -1;
    while (left > 0 && at > 0) {
      const low = text.charCodeAt(at - 1);
      const pair = low >= 0xdc00 && low <= 0xdfff && at > 1 ? (text.codePointAt(at - 2) as number) : 0;
      const code = pair > 0xffff ? pair : low;
      const behind = this.#behind;
      behind.length = 0;
      this.#fold(code, behind);
      for (let i = behind.length - 1; i >= 0; i--) {
        const type = this.#tables.type.get(behind[i] as number);
        if (type === characterType.extend) {
          // Marks belong to the letter before them; those after a gap are not there.
          if (marks++ === 0) marksEnd = at;
          continue;
        }
        if (type !== characterType.gap) {
          left -= 1 + marks;
          if (foundEnd < 0) foundEnd = marks > 0 ? marksEnd : at;
        }
        marks = 0;
      }
      at -= pair > 0xffff ? 2 : 1;
    }
    this.#hits.add(id, at, foundEnd < 0 ? end : foundEnd);
  }
}
