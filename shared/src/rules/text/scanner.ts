import { characterType, type UnicodeTables } from "../unicode/tables.ts";
import { type Alphabet, complex, expanded, gapSymbol, paired, slow, unspaced } from "./alphabet.ts";
import { type Automaton, endAt, follow, gapRow, mayReport, noRow, rootRow, stateAt } from "./automaton.ts";
import { type ChannelScan, type PatternTable, patternFields } from "./channel-scan.ts";
import type { Fold } from "./channels.ts";
import { FormReader } from "./form-reader.ts";
import type { Hits, LaneHits } from "./hits.ts";
import { type LaneReader, Lanes, laneCount, readByteLanes, readLanes } from "./lanes.ts";
import { Locator } from "./locator.ts";
import { readAscii } from "./read-ascii.ts";

/**
 * Reads a text in one channel and reports every place of every pattern. A letter, and a character of a script without spaces
 * that has a symbol, costs two loads; the second waits for that of the character before, so a long text is read in four lanes
 * at once. Everything else goes the careful way of `FormReader`. Allocates nothing.
 */
export class Scanner implements LaneReader {
  /** The place in the automaton of the reading that is being looked at. */
  place = rootRow;
  readonly #alphabet: Alphabet;
  readonly #automaton: Automaton;
  readonly #patterns: PatternTable;
  readonly #hits: LaneHits;
  readonly #reader: FormReader;
  readonly #locator: Locator;
  readonly #lanes = new Lanes();
  #text = "";
  #length = 0;
  /** 1 while one lane is read on into the next, and then the symbols of that one that were read. */
  #crossing = 0;
  #beyond = 0;

  /** What is found in the first lane, or in a text that has only one, goes to the first of `hits`, and all the rest in the end. */
  constructor({ alphabet, automaton, patterns, hits }: ChannelScan, tables: UnicodeTables, fold: Fold) {
    this.#alphabet = alphabet;
    this.#automaton = automaton;
    this.#patterns = patterns;
    this.#hits = hits;
    this.#reader = new FormReader(tables, fold);
    this.#locator = new Locator(alphabet.classes, tables, fold);
  }

  /** Adds to the first hits what stands in the first `length` units of `text`. */
  scan(text: string, length: number) {
    this.#text = text;
    this.#length = length;
    if (this.#lanes.lay(text, length, this.#alphabet.classes)) this.#readInLanes();
    else {
      this.place = gapRow;
      this.#readAll(0, length, this.#hits[0]);
      this.#feedGap(length, this.#hits[0]);
    }
    this.#text = "";
  }

  readOn(lane: number, place: number, from: number, to: number): number {
    this.place = place;
    return this.#readOn(from, to, this.#hits[lane] as Hits);
  }

  #readInLanes() {
    const { columns } = this.#alphabet;
    const { at, end, place } = this.#lanes;
    const bytes = this.#length === this.#text.length ? readAscii(this.#text) : undefined;
    if (bytes === undefined) readLanes(this.#text, columns, this.#automaton, this.#lanes, this);
    else readByteLanes(bytes, columns, this.#automaton, this.#lanes, this);
    const [whole] = this.#hits;
    for (let lane = 0; lane < laneCount; lane++) {
      const hits = this.#hits[lane] as Hits;
      const to = end[lane] as number;
      this.place = place[lane] as number;
      this.#readAll(at[lane] as number, to, hits);
      if (to < this.#length) this.#cross(to, hits);
      else this.#feedGap(to, hits);
      if (lane > 0) whole.append(hits);
    }
  }

  #readAll(from: number, to: number, hits: Hits) {
    const { columns } = this.#alphabet;
    const { rows, rowBits, quietRows } = this.#automaton;
    const text = this.#text;
    let place = this.place;
    for (let at = from; at < to; ) {
      const next = rows[(place << rowBits) | (columns[text.charCodeAt(at)] as number)] as number;
      if (next < quietRows) {
        place = next;
        at++;
        continue;
      }
      this.place = place;
      at = this.#readOn(at, to, hits);
      place = this.place;
    }
    this.place = place;
  }

  /** Reads one unit or more, until the automaton is in a row again or the text is at its end. Returns where. */
  #readOn(from: number, to: number, hits: Hits): number {
    const { classes, stride } = this.#alphabet;
    const automaton = this.#automaton;
    const text = this.#text;
    const kind = classes[text.charCodeAt(from)] as number;
    if (kind >= expanded && kind < complex && this.#readComposed(kind - expanded, from)) return from + 1;
    // A row may have led here by a gap of which `follow` does not know.
    if (kind < slow && this.#typeBefore(from) === characterType.unspaced) this.#feedGap(from, hits);
    let { place } = this;
    let at = from;
    do {
      const symbol = classes[text.charCodeAt(at)] as number;
      if (symbol < stride) {
        const next = follow(automaton, place, symbol);
        at++;
        const isNew = next !== place || symbol !== gapSymbol;
        place = next;
        if (!isNew || !mayReport(automaton, next)) continue;
        this.place = next;
        if (symbol === gapSymbol) this.#report(at - 1, 0, hits);
        else if (!this.#locator.isExtended(text, at, this.#length)) this.#report(at, 0, hits);
        continue;
      }
      this.place = place;
      at = this.#readSlowly(at, to, hits);
      place = this.place;
    } while (place < 0 && at < to);
    this.place = place;
    return at;
  }

  /** A letter with its only mark, by the rows. False where they do not say it all, or more marks may follow. */
  #readComposed(number: number, at: number): boolean {
    const { classes, composed } = this.#alphabet;
    const { rows, rowBits, quietRows } = this.#automaton;
    const letter = rows[(this.place << rowBits) | (composed[2 * number] as number)] as number;
    if (letter === noRow) return false;
    const next = rows[(letter << rowBits) | (composed[2 * number + 1] as number)] as number;
    if (next >= quietRows || classes[this.#text.charCodeAt(at + 1)] === complex) return false;
    this.place = next;
    return true;
  }

  #readPlain(symbol: number, at: number, hits: Hits): number {
    const after = at + 1;
    if (!this.#feed(symbol)) return after;
    if (symbol === gapSymbol) this.#report(at, 0, hits);
    else if (!this.#locator.isExtended(this.#text, after, this.#length)) this.#report(after, 0, hits);
    return after;
  }

  /** A lane is read on for as long as something that began in it may end in the next. */
  #cross(from: number, hits: Hits) {
    const { classes } = this.#alphabet;
    const { depth } = this.#automaton;
    this.#crossing = 1;
    this.#beyond = 1;
    let at = from;
    while (at < this.#length && (depth[stateAt(this.#automaton, this.place)] as number) > this.#beyond) {
      const symbol = classes[this.#text.charCodeAt(at)] as number;
      at = symbol < slow ? this.#readPlain(symbol, at, hits) : this.#readSlowly(at, this.#length, hits);
    }
    if (at === this.#length) this.#feedGap(at, hits);
    this.#crossing = 0;
    this.#beyond = 0;
  }

  /** Of what the fast way has read last. */
  #typeBefore(at: number): number {
    const before = at === 0 ? gapSymbol : (this.#alphabet.classes[this.#text.charCodeAt(at - 1)] as number);
    if (before === gapSymbol) return characterType.gap;
    return before >= unspaced && before < expanded ? characterType.unspaced : characterType.word;
  }

  /** From a unit that is no plain letter or gap to the next that is one: a run of other scripts is not left in between. */
  #readSlowly(from: number, to: number, hits: Hits): number {
    const { classes, stride } = this.#alphabet;
    const { rows, rowBits, quietRows } = this.#automaton;
    const text = this.#text;
    let last: number = this.#typeBefore(from);
    let at = from;
    while (at < to) {
      const symbol = classes[text.charCodeAt(at)] as number;
      if (symbol >= expanded) {
        if (symbol < complex && this.#readExpanded(symbol - expanded, at, last, hits)) {
          last = characterType.word;
          at++;
          continue;
        }
        at = this.#reader.read(text, at, to, last, classes);
        last = this.#reader.last;
        this.#feedRead(at, hits);
        continue;
      }
      const isUnspaced = symbol >= unspaced;
      if (symbol !== gapSymbol && isUnspaced !== (last === characterType.unspaced)) this.#feedGap(at, hits);
      if (symbol < slow) return at;
      last = isUnspaced ? characterType.unspaced : characterType.word;
      const number = symbol - (isUnspaced ? unspaced : paired);
      const place = this.place;
      const next = place < 0 || number >= stride ? noRow : (rows[(place << rowBits) | number] as number);
      if (next < quietRows) {
        this.place = next;
        this.#beyond += this.#crossing;
        at++;
      } else at = this.#readPlain(number, at, hits);
    }
    return to;
  }

  /** One unit that becomes several letters, or a letter with its only mark, and has no more marks after it. False for every other. */
  #readExpanded(number: number, at: number, last: number, hits: Hits): boolean {
    const { classes, expansions, numberOf } = this.#alphabet;
    if (at + 1 < this.#length && classes[this.#text.charCodeAt(at + 1)] === complex) return false;
    if (last === characterType.unspaced) this.#feedGap(at, hits);
    const { first, characters } = expansions;
    const to = first[number + 1] as number;
    let rest = 0;
    for (let i = first[number] as number; i < to; i++) if (characters[i] !== 0) rest++;
    for (let i = first[number] as number; i < to; i++) {
      const character = characters[i] as number;
      if (character !== 0) rest--;
      const mayEnd = this.#feed(character === 0 ? gapSymbol : numberOf(character < 0 ? ~character : character));
      const hasMark = i + 1 < to && (characters[i + 1] as number) < 0;
      if (mayEnd && !hasMark) this.#report(at + 1, rest, hits);
    }
    return true;
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
    if (i < 0) this.#report(this.#reader.start[0] as number, 0, hits);
    else this.#report(this.#reader.endOf(i), this.#reader.restAfter(i), hits);
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
    const before = this.place;
    const next = follow(this.#automaton, before, symbol);
    // Another gap after a gap: nothing has come to its end anew.
    if (symbol === gapSymbol && next === before) return false;
    this.place = next;
    this.#beyond += this.#crossing;
    return mayReport(this.#automaton, next);
  }

  /** `rest` characters of the comparison form come after the match and before `end`. */
  #report(end: number, rest: number, hits: Hits) {
    const { first, shorter } = this.#automaton;
    const patterns = this.#patterns;
    for (let one = endAt(this.#automaton, this.place); one >= 0; one = shorter[one] as number) {
      const to = patternFields * (first[one + 1] as number);
      for (let at = patternFields * (first[one] as number); at < to; at += patternFields) {
        const slot = patterns[at] as number;
        // What began in the next lane is found there.
        if ((patterns[at + 3] as number) <= this.#beyond || !hits.hasRoom(slot)) continue;
        this.#locator.locate(this.#text, end, (patterns[at + 2] as number) + rest);
        hits.add(slot, patterns[at + 1] as number, this.#locator.start, this.#locator.end);
      }
    }
  }
}
