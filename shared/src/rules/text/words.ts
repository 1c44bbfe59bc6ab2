import { CodePoints } from "../unicode/code-points.ts";
import { characterType, type UnicodeTables } from "../unicode/tables.ts";

/**
 * Words that begin in `text[from..to]`, counted until there are more than `max`. A character of a script without spaces, or an
 * emoji, is a word. The character before `from` is taken to be no part of a word.
 */
export function countWords(text: string, from: number, to: number, max: number, tables: UnicodeTables): number {
  let words = 0;
  let inWord = false;
  const folded = new CodePoints();
  for (let at = from; at < to && words <= max; ) {
    const code = text.codePointAt(at) as number;
    folded.clear();
    tables.fold(code, folded);
    for (let i = 0; i < folded.length; i++) {
      const type = tables.type.get(folded.at(i));
      if (type === characterType.gap) inWord = false;
      else if (type === characterType.unspaced) {
        words++;
        inWord = false;
      } else if (type === characterType.word) {
        if (!inWord) words++;
        inWord = true;
      }
    }
    at += code > 0xffff ? 2 : 1;
  }
  return words;
}
