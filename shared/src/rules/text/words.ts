import { CodePoints } from "../unicode/code-points.ts";
import { characterType, type UnicodeTables } from "../unicode/tables.ts";

/** Counts the words of a text between any two places, after one pass over it: asking again costs two binary searches. */
export class WordCounter {
  /** Where each word begins, in units, and where its last letter stands. */
  #starts = new Int32Array(256);
  #letters = new Int32Array(256);
  #count = 0;

  /** A character of a script without spaces, or an emoji, is a word. */
  constructor(text: string, length: number, tables: UnicodeTables) {
    const folded = new CodePoints();
    let inWord = false;
    for (let at = 0; at < length; ) {
      const code = text.codePointAt(at) as number;
      folded.clear();
      tables.fold(code, folded);
      for (let i = 0; i < folded.length; i++) {
        const type = tables.type.get(folded.at(i));
        if (type === characterType.gap) inWord = false;
        else if (type === characterType.unspaced) {
          this.#begin(at);
          inWord = false;
        } else if (type === characterType.word) {
          if (inWord) this.#letters[this.#count - 1] = at;
          else this.#begin(at);
          inWord = true;
        }
      }
      at += code > 0xffff ? 2 : 1;
    }
  }

  /** Words in `[from, to)`; the rest of a word that `from` cuts is one. */
  countBetween(from: number, to: number): number {
    const first = this.#firstFrom(from);
    const cut = first > 0 && (this.#letters[first - 1] as number) >= from;
    return this.#firstFrom(to) - first + (cut ? 1 : 0);
  }

  #begin(at: number) {
    if (this.#count === this.#starts.length) {
      this.#starts = widen(this.#starts);
      this.#letters = widen(this.#letters);
    }
    this.#starts[this.#count] = at;
    this.#letters[this.#count] = at;
    this.#count++;
  }

  /** Number of the first word that begins at `unit` or after it. */
  #firstFrom(unit: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] as number) < unit) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function widen(column: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const wider = new Int32Array(column.length * 2);
  wider.set(column);
  return wider;
}
