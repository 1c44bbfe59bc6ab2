import { characterType, type UnicodeTables } from "../unicode/tables.ts";
import type { Fold } from "./channels.ts";

/** Marks after one character that are read; more are dropped, as in the Stream-Safe format of UAX #15. */
export const maxMarks = 30;

/** One character of the comparison form with its place in the original text. `gap` stands for any run between words. */
export type Unit = { readonly character: number; readonly type: number; readonly start: number; readonly end: number };

/**
 * A text in comparison form, character by character: folded, marks in canonical order, characters that are not there
 * left out, runs between words made one gap, and a gap where a script without spaces meets one with them.
 * This is the slow and plain statement of what the scanner does; terms are brought into form by it.
 */
export function readUnits(text: string, tables: UnicodeTables, fold: Fold): Unit[] {
  const units: Unit[] = [];
  let marks: Unit[] = [];
  let last: number = characterType.gap;
  const gap = (start: number, end: number) => {
    if (last !== characterType.gap) units.push({ character: 0, type: characterType.gap, start, end });
    last = characterType.gap;
  };
  const flush = () => {
    // Stable, so marks of one class keep their order.
    marks.sort((a, b) => tables.rank.get(a.character) - tables.rank.get(b.character));
    units.push(...marks);
    marks = [];
  };
  const folded: number[] = [];
  for (let at = 0; at < text.length; ) {
    const code = text.codePointAt(at) as number;
    const end = at + (code > 0xffff ? 2 : 1);
    folded.length = 0;
    fold(code, folded);
    for (const character of folded) {
      const type = tables.type.get(character);
      // A mark over nothing is not there.
      if (type === characterType.extend && last === characterType.gap) continue;
      const unit = { character, type, start: at, end };
      if (tables.rank.get(character) !== 0) {
        if (marks.length < maxMarks) marks.push(unit);
        continue;
      }
      flush();
      if (type === characterType.gap) {
        gap(at, end);
        continue;
      }
      if (type !== characterType.extend) {
        if ((type === characterType.unspaced) !== (last === characterType.unspaced)) gap(at, at);
        last = type;
      }
      units.push(unit);
    }
    at = end;
  }
  flush();
  return units;
}
