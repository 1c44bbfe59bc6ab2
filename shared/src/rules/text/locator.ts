import { CodePoints } from "../unicode/code-points.ts";
import { characterType, type UnicodeTables } from "../unicode/tables.ts";
import { complex, expanded, gapSymbol } from "./alphabet.ts";
import type { Fold } from "./channels.ts";

/** Finds in the original text what an automaton, which sees the comparison form only, has matched. */
export class Locator {
  /** What `locate` found. */
  start = 0;
  end = 0;
  readonly #classes: Uint16Array;
  readonly #tables: UnicodeTables;
  readonly #fold: Fold;
  readonly #folded = new CodePoints();

  constructor(classes: Uint16Array, tables: UnicodeTables, fold: Fold) {
    this.#classes = classes;
    this.#tables = tables;
    this.#fold = fold;
  }

  /** True where the next character that is there is a mark: the letter before it is another letter then. */
  isExtended(text: string, from: number, to: number): boolean {
    for (let at = from; at < to; ) {
      if ((this.#classes[text.charCodeAt(at)] as number) < complex) return false;
      const code = text.codePointAt(at) as number;
      this.#folded.clear();
      this.#fold(code, this.#folded);
      if (this.#folded.length > 0) return this.#tables.type.get(this.#folded.at(0)) === characterType.extend;
      at += code > 0xffff ? 2 : 1;
    }
    return false;
  }

  /** Walks back from `end` over so many characters of the comparison form, gaps aside. */
  locate(text: string, end: number, characters: number) {
    let left = characters;
    let at = end;
    this.end = -1;
    let marks = 0;
    let marksEnd = -1;
    while (left > 0 && at > 0) {
      const unit = text.charCodeAt(at - 1);
      const kind = this.#classes[unit] as number;
      if (kind < expanded) {
        if (kind !== gapSymbol) {
          left -= 1 + marks;
          if (this.end < 0) this.end = marks > 0 ? marksEnd : at;
        }
        marks = 0;
        at--;
        continue;
      }
      const pair = (unit & 0xfc00) === 0xdc00 ? (text.codePointAt(at - 2) ?? 0) : 0;
      const code = pair > 0xffff ? pair : unit;
      const folded = this.#folded;
      folded.clear();
      this.#fold(code, folded);
      for (let i = folded.length - 1; i >= 0; i--) {
        const type = this.#tables.type.get(folded.at(i));
        if (type === characterType.extend) {
          // Marks belong to the letter before them; those after a gap are not there.
          if (marks++ === 0) marksEnd = at;
          continue;
        }
        if (type !== characterType.gap) {
          left -= 1 + marks;
          if (this.end < 0) this.end = marks > 0 ? marksEnd : at;
        }
        marks = 0;
      }
      at -= pair > 0xffff ? 2 : 1;
    }
    this.start = at;
    if (this.end < 0) this.end = end;
  }
}
