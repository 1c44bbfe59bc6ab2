import { CodePoints } from "../unicode/code-points.ts";
import { characterType, type UnicodeTables } from "../unicode/tables.ts";
import { expanded } from "./alphabet.ts";
import type { Fold } from "./channels.ts";

/** Marks after one character that are read; more are dropped, as in the Stream-Safe format of UAX #15. */
export const maxMarks = 30;

/** Characters after which a read ends before the next letter or gap. */
const enough = 1_024;

/** Characters that one becomes, at most (U+FDFA). */
export const mostFolded = 18;

/** With what the last unit becomes, gaps among it, and its marks. */
const mostRead = enough + 2 * mostFolded + maxMarks;

/** In a form, any run between words. */
export const gapCharacter = 0;

/**
 * Brings text into comparison form, character by character: folded, marks in canonical order, characters that are not there
 * left out, runs between words made one gap, and a gap where a script without spaces meets one with them. The columns hold
 * what the last `read` read.
 */
export class FormReader {
  count = 0;
  readonly character = new Int32Array(mostRead);
  readonly type = new Uint8Array(mostRead);
  readonly start = new Int32Array(mostRead);
  readonly end = new Int32Array(mostRead);
  /** The type of the last character that was no mark. */
  last: number = characterType.gap;
  readonly #tables: UnicodeTables;
  readonly #fold: Fold;
  readonly #folded = new CodePoints();
  #pending = 0;

  constructor(tables: UnicodeTables, fold: Fold) {
    this.#tables = tables;
    this.#fold = fold;
  }

  /**
   * Reads from `from` up to `to`, to the next unit whose class is below `expanded`, or to where there is enough; `last` is the
   * type of the character before. Returns where it ended. Never ends between a letter's marks, unless at `to`.
   */
  read(text: string, from: number, to: number, last: number, classes?: Uint16Array): number {
    this.count = 0;
    this.#pending = 0;
    this.last = last;
    let at = from;
    while (at < to) {
      const unit = text.charCodeAt(at);
      if (classes !== undefined && (classes[unit] as number) < expanded) break;
      const isFirstOfTwo = (unit & 0xfc00) === 0xd800;
      const code = isFirstOfTwo ? (text.codePointAt(at) as number) : unit;
      const end = Math.min(to, at + (code > 0xffff ? 2 : 1));
      this.#folded.clear();
      this.#fold(code, this.#folded);
      if (this.count >= enough && !this.#goesOn()) break;
      for (let i = 0; i < this.#folded.length; i++) this.#take(this.#folded.at(i), at, end);
      at = end;
    }
    this.#orderMarks();
    return at;
  }

  /** True of a mark that may change places with those before it, and of what is not there. */
  #goesOn(): boolean {
    return this.#folded.length === 0 || this.#tables.rank.get(this.#folded.at(0)) !== 0;
  }

  /** Where the original of character `i` of the last read ends. Marks are out of order: the last of them in the text counts. */
  endOf(i: number): number {
    return this.end[this.#lastOf(i)] as number;
  }

  /** Characters, gaps aside, that the original of character `i` still becomes after it; marks of others may stand between them. */
  restAfter(i: number): number {
    const { count, type, start } = this;
    const last = this.#lastOf(i);
    let rest = 0;
    for (let k = i + 1; k < count; k++) {
      if (start[k] === start[last]) rest += type[k] === characterType.gap ? 0 : 1;
      else if (type[k] !== characterType.extend) break;
    }
    return rest;
  }

  /** A whole text, such as a term, in comparison form. */
  readAll(text: string): number[] {
    let form: number[] = [];
    let last: number = characterType.gap;
    for (let at = 0; at < text.length; ) {
      at = this.read(text, at, text.length, last);
      last = this.last;
      // As long as it has to be: a list that grows makes garbage of what it was.
      const part = new Array<number>(this.count);
      for (let i = 0; i < part.length; i++) part[i] = this.character[i] as number;
      form = form.length > 0 ? form.concat(part) : part;
    }
    return form;
  }

  #take(character: number, start: number, end: number) {
    const type = this.#tables.type.get(character);
    // A mark over nothing is not there.
    if (type === characterType.extend && this.last === characterType.gap) return;
    if (this.#tables.rank.get(character) !== 0) {
      if (this.#pending === maxMarks) return;
      this.#pending++;
      this.#push(character, type, start, end);
      return;
    }
    this.#orderMarks();
    if (type === characterType.gap) {
      if (this.last !== characterType.gap) this.#push(gapCharacter, type, start, end);
      this.last = type;
      return;
    }
    if (type !== characterType.extend) {
      const switches = (type === characterType.unspaced) !== (this.last === characterType.unspaced);
      if (switches && this.last !== characterType.gap) this.#push(gapCharacter, characterType.gap, start, start);
      this.last = type;
    }
    this.#push(character, type, start, end);
  }

  /** Insertion sort: marks of one class keep their order. */
  #orderMarks() {
    if (this.#pending === 0) return;
    const from = this.count - this.#pending;
    this.#pending = 0;
    const { character, start, end } = this;
    const { rank } = this.#tables;
    for (let i = from + 1; i < this.count; i++) {
      for (let j = i; j > from && rank.get(character[j - 1] as number) > rank.get(character[j] as number); j--) {
        swap(character, j);
        swap(start, j);
        swap(end, j);
      }
    }
  }

  #lastOf(i: number): number {
    const { start, type } = this;
    let last = i;
    for (let k = i; k > 0 && type[k] === characterType.extend; k--) {
      if ((start[k - 1] as number) > (start[last] as number)) last = k - 1;
    }
    return last;
  }

  #push(character: number, type: number, start: number, end: number) {
    this.character[this.count] = character;
    this.type[this.count] = type;
    this.start[this.count] = start;
    this.end[this.count] = end;
    this.count++;
  }
}

function swap(column: Int32Array, j: number) {
  const moved = column[j - 1] as number;
  column[j - 1] = column[j] as number;
  column[j] = moved;
}
