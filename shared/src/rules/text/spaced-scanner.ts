import { characterType, type UnicodeTables } from "../unicode/tables.ts";
import type { Alphabet } from "./alphabet.ts";
import type { Automaton } from "./automaton.ts";
import type { Fold } from "./channels.ts";
import type { Hits } from "./hits.ts";
import type { PatternTable } from "./scanner.ts";

/** Characters between two letters that are set apart. */
const maxSpacing = 3;
/** Letters in a row that make it a spelling and not an initial. */
const minLetters = 3;
/** Letters of one run that are read; a longer run goes on as a new one. */
const maxLetters = 4_096;

/** Finds words whose letters stand apart, as in `w o r d` or `w.o.r.d`: runs of words of one letter, read as one word. */
export class SpacedScanner {
  readonly #alphabet: Alphabet;
  readonly #automaton: Automaton;
  readonly #patterns: PatternTable;
  readonly #tables: UnicodeTables;
  readonly #fold: Fold;
  readonly #hits: Hits;
  readonly #letter = new Int32Array(maxLetters);
  readonly #start = new Int32Array(maxLetters);
  readonly #end = new Int32Array(maxLetters);
  readonly #folded: number[] = [];
  #count = 0;

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

  scan(text: string, length: number) {
    this.#count = 0;
    let letters = 0;
    let spacing = maxSpacing + 1;
    for (let at = 0; at < length; ) {
      const unit = text.charCodeAt(at);
      const code = unit >= 0xd800 && unit <= 0xdbff ? (text.codePointAt(at) as number) : unit;
      const end = Math.min(length, at + (code > 0xffff ? 2 : 1));
      const folded = this.#folded;
      folded.length = 0;
      this.#fold(code, folded);
      const [first] = folded;
      const type = first === undefined ? characterType.ignorable : this.#tables.type.get(first);
      if (type === characterType.gap) {
        if (letters > 1) this.#close();
        letters = 0;
        spacing++;
        if (spacing > maxSpacing) this.#close();
      } else if (first !== undefined && type === characterType.word) {
        letters++;
        if (letters === 1) this.#open(first, at, end);
        else if (letters === 2) this.#forget();
        spacing = 0;
      } else if (type === characterType.unspaced) {
        this.#close();
        letters = 2;
      } else if (type === characterType.extend && letters === 1) this.#end[this.#count - 1] = end;
      at = end;
    }
    this.#close();
  }

  #open(character: number, start: number, end: number) {
    if (this.#count === maxLetters) this.#close();
    this.#letter[this.#count] = character;
    this.#start[this.#count] = start;
    this.#end[this.#count] = end;
    this.#count++;
  }

  /** The letter just taken begins a longer word: the run ended before it. */
  #forget() {
    this.#count--;
    this.#close();
  }

  #close() {
    const count = this.#count;
    this.#count = 0;
    if (count < minLetters) return;
    const { table, stride, first, patterns, shorter } = this.#automaton;
    let state = 0;
    for (let i = 0; i < count; i++) {
      const symbols = this.#alphabet.symbolOf(this.#letter[i] as number);
      if (symbols >= 65_536) {
        const half = table[state + Math.floor(symbols / 65_536)] as number;
        state = half < 0 ? ~half : half;
      }
      const next = table[state + (symbols & 0xffff)] as number;
      state = next < 0 ? ~next : next;
      if (next >= 0) continue;
      let number =
        first[state / stride + 1] === first[state / stride] ? (shorter[state / stride] as number) : state / stride;
      for (; number >= 0; number = shorter[number] as number) {
        for (let j = first[number] as number; j < (first[number + 1] as number); j++) {
          const pattern = patterns[j] as number;
          const id = this.#patterns.id[pattern] as number;
          const from = i + 1 - (this.#patterns.length[pattern] as number);
          if (this.#hits.hasRoom(id)) this.#hits.add(id, this.#start[from] as number, this.#end[i] as number);
        }
      }
    }
  }
}
