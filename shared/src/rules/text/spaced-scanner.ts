import { CodePoints } from "../unicode/code-points.ts";
import { characterType, type UnicodeTables } from "../unicode/tables.ts";
import { type Alphabet, expanded, gapSymbol, paired, slow, unspaced } from "./alphabet.ts";
import { type Automaton, endAt, follow } from "./automaton.ts";
import { type ChannelScan, type PatternTable, patternFields } from "./channel-scan.ts";
import type { Fold } from "./channels.ts";
import type { Hits } from "./hits.ts";

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
  readonly #hits: Hits;
  readonly #tables: UnicodeTables;
  readonly #fold: Fold;
  readonly #letter = new Int32Array(maxLetters);
  readonly #start = new Int32Array(maxLetters);
  readonly #end = new Int32Array(maxLetters);
  readonly #folded = new CodePoints();
  #count = 0;
  /** Letters of the word that is being read, and characters since the last letter. */
  #inWord = 0;
  #spacing = 0;

  constructor({ alphabet, automaton, patterns, hits }: ChannelScan, tables: UnicodeTables, fold: Fold) {
    this.#alphabet = alphabet;
    this.#automaton = automaton;
    this.#patterns = patterns;
    this.#hits = hits[0];
    this.#tables = tables;
    this.#fold = fold;
  }

  scan(text: string, length: number) {
    const hits = this.#hits;
    const { classes } = this.#alphabet;
    this.#count = 0;
    this.#inWord = 0;
    this.#spacing = maxSpacing + 1;
    for (let at = 0; at < length; ) {
      const kind = classes[text.charCodeAt(at)] as number;
      if (kind >= expanded) {
        at = this.#takeComplex(text, at, length, hits);
        continue;
      }
      if (kind === gapSymbol) this.#takeGap(hits);
      else if (kind >= unspaced) this.#takeUnspaced(hits);
      else this.#takeLetter(kind < slow ? kind : kind - paired, at, at + 1, hits);
      at++;
    }
    this.#close(hits);
  }

  #takeComplex(text: string, at: number, length: number, hits: Hits): number {
    const code = text.codePointAt(at) as number;
    const end = Math.min(length, at + (code > 0xffff ? 2 : 1));
    this.#folded.clear();
    this.#fold(code, this.#folded);
    const first = this.#folded.at(0);
    const type = first < 0 ? characterType.ignorable : this.#tables.type.get(first);
    if (type === characterType.gap) this.#takeGap(hits);
    else if (type === characterType.unspaced) this.#takeUnspaced(hits);
    else if (type === characterType.extend && this.#inWord === 1) this.#end[this.#count - 1] = end;
    else if (type === characterType.word) this.#takeLetter(this.#alphabet.numberOf(first), at, end, hits);
    return end;
  }

  #takeGap(hits: Hits) {
    this.#inWord = 0;
    this.#spacing++;
    if (this.#spacing > maxSpacing) this.#close(hits);
  }

  #takeUnspaced(hits: Hits) {
    this.#close(hits);
    this.#inWord = 2;
  }

  #takeLetter(number: number, start: number, end: number, hits: Hits) {
    this.#spacing = 0;
    this.#inWord++;
    if (this.#inWord > 2) return;
    if (this.#inWord === 2) {
      // The letter taken before begins a longer word: the run ended before it.
      if (this.#count > 0) this.#count--;
      this.#close(hits);
      return;
    }
    if (this.#count === maxLetters) this.#close(hits);
    this.#letter[this.#count] = number;
    this.#start[this.#count] = start;
    this.#end[this.#count] = end;
    this.#count++;
  }

  /** Reads the letters that were taken as one word. */
  #close(hits: Hits) {
    const count = this.#count;
    this.#count = 0;
    if (count < minLetters) return;
    const { stride, highOf, lowOf } = this.#alphabet;
    const patterns = this.#patterns;
    let place = 0;
    const advance = (symbol: number) => {
      place = follow(this.#automaton, place, symbol);
    };
    for (let i = 0; i < count; i++) {
      const number = this.#letter[i] as number;
      if (number >= stride) advance(highOf(number));
      advance(number >= stride ? lowOf(number) : number);
      for (let one = endAt(this.#automaton, place); one >= 0; ) {
        const at = patternFields * one;
        const from = i + 1 - ((patterns[at + 2] as number) & 0xffff);
        hits.add(
          patterns[at] as number,
          patterns[at + 1] as number,
          this.#start[from] as number,
          this.#end[i] as number,
        );
        one = patterns[at + 3] as number;
      }
    }
  }
}
