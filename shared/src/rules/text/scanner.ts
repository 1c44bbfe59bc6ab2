import { characterType, type UnicodeTables } from "../unicode/tables.ts";
import { type Alphabet, complex, expanded, gapSymbol, paired, slow, unspaced } from "./alphabet.ts";
import {
  type Automaton,
  blockColumns,
  depthAt,
  follow,
  gapRow,
  layCells,
  mayReport,
  nextRow,
  noRow,
  rootRow,
} from "./automaton.ts";
import type { ChannelScan } from "./channel-scan.ts";
import type { Fold } from "./channels.ts";
import { FormReader } from "./form-reader.ts";
import type { Hits, LaneHits } from "./hits.ts";
import { type LaneReader, Lanes, laneCount, readByteLanes, readLanes } from "./lanes.ts";
import { Locator } from "./locator.ts";
import { readAscii } from "./read-ascii.ts";
import { Reports } from "./reports.ts";

/**
 * Reads a text in one channel and reports every place of every pattern. A letter, and a character of a script without spaces
 * that has a symbol, costs two loads; the second waits for that of the character before, so a long text is read in four lanes
 * at once. Everything else goes the careful way of `FormReader`. Allocates nothing.
 */
export class Scanner implements LaneReader {
  /** The place in the automaton of the reading that is being looked at. */
  place = rootRow;
  readonly #alphabet: Alphabet;
  readonly #cells: Int32Array;
  readonly #automaton: Automaton;
  readonly #hits: LaneHits;
  readonly #reader: FormReader;
  readonly #locator: Locator;
  readonly #reports: Reports;
  readonly #lanes = new Lanes();
  #text = "";
  #length = 0;
  /** 1 while one lane is read on into the next, and then the symbols of that one that were read. */
  #crossing = 0;
  #beyond = 0;

  /** What is found in the first lane, or in a text that has only one, goes to the first of `hits`, and all the rest in the end. */
  constructor({ alphabet, automaton, patterns, hits }: ChannelScan, tables: UnicodeTables, fold: Fold) {
    this.#alphabet = alphabet;
    this.#cells = layCells(automaton, alphabet.columns);
    this.#automaton = automaton;
    this.#hits = hits;
    this.#reader = new FormReader(tables, fold);
    this.#locator = new Locator(alphabet.classes, tables, fold);
    this.#reports = new Reports(automaton, patterns, hits, this.#locator);
  }

  /** Adds to the first hits what stands in the first `length` units of `text`. */
  scan(text: string, length: number) {
    this.#text = text;
    this.#length = length;
    this.#reports.begin(text);
    if (this.#lanes.lay(text, length, this.#alphabet.classes)) this.#readInLanes();
    else {
      this.place = gapRow;
      this.#readAll(0, length, 0);
      this.#feedGap(length, 0);
      this.#reports.finish();
    }
    this.#text = "";
  }

  readOn(lane: number, place: number, from: number, to: number): number {
    this.place = place;
    return this.#readOn(from, to, lane);
  }

  #readInLanes() {
    const { at, end, place } = this.#lanes;
    const bytes = this.#length === this.#text.length ? readAscii(this.#text) : undefined;
    if (bytes === undefined) readLanes(this.#text, this.#cells, this.#automaton, this.#lanes, this);
    else readByteLanes(bytes, this.#cells, this.#automaton, this.#lanes, this);
    for (let lane = 0; lane < laneCount; lane++) {
      const to = end[lane] as number;
      this.place = place[lane] as number;
      this.#readAll(at[lane] as number, to, lane);
      if (to < this.#length) this.#cross(to, lane);
      else this.#feedGap(to, lane);
    }
    this.#reports.finish();
    const [whole] = this.#hits;
    for (let lane = 1; lane < laneCount; lane++) whole.append(this.#hits[lane] as Hits);
  }

  #readAll(from: number, to: number, lane: number) {
    const cells = this.#cells;
    const { rows, quietRows } = this.#automaton;
    const text = this.#text;
    let place = this.place;
    for (let at = from; at < to; ) {
      const next = rows[(place * blockColumns + (cells[text.charCodeAt(at)] as number)) | 0] as number;
      if (next < quietRows) {
        place = next;
        at++;
        continue;
      }
      this.place = place;
      at = this.#readOn(at, to, lane);
      place = this.place;
    }
    this.place = place;
  }

  /** Reads one unit or more, until the automaton is in a row again or the text is at its end. Returns where. */
  #readOn(from: number, to: number, lane: number): number {
    const { classes, stride } = this.#alphabet;
    const automaton = this.#automaton;
    const text = this.#text;
    const unit = text.charCodeAt(from);
    const row = automaton.rows[this.place * blockColumns + (this.#cells[unit] as number)] as number;
    if (row !== noRow) {
      // Another gap after a gap: nothing has come to its end anew.
      if (classes[unit] !== gapSymbol) this.#reportLetter(from + 1, row, lane);
      else if (row !== this.place) this.#reports.add(lane, from, row);
      this.place = row;
      return from + 1;
    }
    const kind = classes[unit] as number;
    if (kind >= expanded && kind < complex && this.#readComposed(kind - expanded, from)) return from + 1;
    // A row may have led here by a gap of which `follow` does not know.
    if (kind < slow && this.#typeBefore(from) === characterType.unspaced) this.#feedGap(from, lane);
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
        if (symbol === gapSymbol) this.#reports.add(lane, at - 1, next);
        else this.#reportLetter(at, next, lane);
        continue;
      }
      this.place = place;
      at = this.#readSlowly(at, to, lane);
      place = this.place;
    } while (place < 0 && at < to);
    this.place = place;
    return at;
  }

  /** A letter with its only mark, by the rows. False where they do not say it all, or more marks may follow. */
  #readComposed(number: number, at: number): boolean {
    const { classes, composed } = this.#alphabet;
    const letter = nextRow(this.#automaton, this.place, composed[2 * number] as number);
    if (letter === noRow) return false;
    const next = nextRow(this.#automaton, letter, composed[2 * number + 1] as number);
    if (next >= this.#automaton.quietRows || classes[this.#text.charCodeAt(at + 1)] === complex) return false;
    this.place = next;
    return true;
  }

  #readPlain(symbol: number, at: number, lane: number): number {
    const after = at + 1;
    if (!this.#feed(symbol)) return after;
    if (symbol === gapSymbol) this.#report(at, 0, lane);
    else if (!this.#locator.isExtended(this.#text, after, this.#length)) this.#report(after, 0, lane);
    return after;
  }

  /** A lane is read on for as long as something that began in it may end in the next. */
  #cross(from: number, lane: number) {
    const { classes } = this.#alphabet;
    this.#crossing = 1;
    this.#beyond = 1;
    let at = from;
    while (at < this.#length && depthAt(this.#automaton, this.place) > this.#beyond) {
      const symbol = classes[this.#text.charCodeAt(at)] as number;
      at = symbol < slow ? this.#readPlain(symbol, at, lane) : this.#readSlowly(at, this.#length, lane);
    }
    if (at === this.#length) this.#feedGap(at, lane);
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
  #readSlowly(from: number, to: number, lane: number): number {
    const { classes, stride } = this.#alphabet;
    const text = this.#text;
    let last: number = this.#typeBefore(from);
    let at = from;
    while (at < to) {
      const symbol = classes[text.charCodeAt(at)] as number;
      if (symbol >= expanded) {
        if (symbol < complex && this.#readExpanded(symbol - expanded, at, last, lane)) {
          last = characterType.word;
          at++;
          continue;
        }
        at = this.#reader.read(text, at, to, last, classes);
        last = this.#reader.last;
        this.#feedRead(at, lane);
        continue;
      }
      const isUnspaced = symbol >= unspaced;
      if (symbol !== gapSymbol && isUnspaced !== (last === characterType.unspaced)) this.#feedGap(at, lane);
      if (symbol < slow) return at;
      last = isUnspaced ? characterType.unspaced : characterType.word;
      const number = symbol - (isUnspaced ? unspaced : paired);
      const place = this.place;
      const next = place < 0 || number >= stride ? noRow : nextRow(this.#automaton, place, number);
      if (next < this.#automaton.quietRows) {
        this.place = next;
        this.#beyond += this.#crossing;
        at++;
      } else at = this.#readPlain(number, at, lane);
    }
    return to;
  }

  /** One unit that becomes several letters, or a letter with its only mark, and has no more marks after it. False for every other. */
  #readExpanded(number: number, at: number, last: number, lane: number): boolean {
    const { classes, expansions, numberOf } = this.#alphabet;
    if (at + 1 < this.#length && classes[this.#text.charCodeAt(at + 1)] === complex) return false;
    if (last === characterType.unspaced) this.#feedGap(at, lane);
    const { first, characters } = expansions;
    const to = first[number + 1] as number;
    let rest = 0;
    for (let i = first[number] as number; i < to; i++) if (characters[i] !== 0) rest++;
    for (let i = first[number] as number; i < to; i++) {
      const character = characters[i] as number;
      if (character !== 0) rest--;
      const mayEnd = this.#feed(character === 0 ? gapSymbol : numberOf(character < 0 ? ~character : character));
      const hasMark = i + 1 < to && (characters[i + 1] as number) < 0;
      if (mayEnd && !hasMark) this.#report(at + 1, rest, lane);
    }
    return true;
  }

  /** Feeds what the reader has read up to `at`. A letter that has more marks after it has not ended. */
  #feedRead(at: number, lane: number) {
    const { count, character, type } = this.#reader;
    for (let i = 0; i < count; i++) {
      const isGap = type[i] === characterType.gap;
      if (!this.#feed(isGap ? gapSymbol : this.#alphabet.numberOf(character[i] as number))) continue;
      if (isGap) this.#reportRead(i - 1, lane);
      else if (
        i + 1 < count ? type[i + 1] !== characterType.extend : !this.#locator.isExtended(this.#text, at, this.#length)
      )
        this.#reportRead(i, lane);
    }
  }

  /** Reports what ends with the reader's unit `i`; -1 stands for what was read before. */
  #reportRead(i: number, lane: number) {
    if (i < 0) this.#report(this.#reader.start[0] as number, 0, lane);
    else this.#report(this.#reader.endOf(i), this.#reader.restAfter(i), lane);
  }

  #feedGap(at: number, lane: number) {
    if (this.#feed(gapSymbol)) this.#report(at, 0, lane);
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

  /** Reports what ends with a letter, unless it is another one by a mark that comes after it. */
  #reportLetter(end: number, place: number, lane: number) {
    if (!this.#locator.isExtended(this.#text, end, this.#length)) this.#reports.add(lane, end, place);
  }

  #report(end: number, rest: number, lane: number) {
    if (rest === 0 && this.#beyond === 0) this.#reports.add(lane, end, this.place);
    else this.#reports.addPart(lane, end, this.place, rest, this.#beyond);
  }
}
