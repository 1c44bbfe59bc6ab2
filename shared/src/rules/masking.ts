import { characterType, type UnicodeTables, unicodeTables } from "./unicode/tables.ts";

/** A matched term for level 1 evidence: the first letter of each word, the rest as dots. */
export function maskTerm(term: string): string {
  const tables = unicodeTables();
  let out = "";
  let inWord = false;
  for (const character of term) {
    const word = isInWord(character, tables);
    out += word && inWord ? "•" : character;
    inWord = word;
  }
  return out;
}

/** The matched span with up to `words` words on either side, cut at word boundaries: level 2 evidence. */
export function contextAround(text: string, start: number, end: number, words: number): string {
  const tables = unicodeTables();
  const before = edgeOf([...text.slice(Math.max(0, start - maxContext), start)].reverse(), words, tables);
  const after = edgeOf([...text.slice(end, end + maxContext)], words, tables);
  return text.slice(start - before, end + after);
}
/** UTF-16 units on either side within which the words are looked for. */
const maxContext = 1_000;

/** Units up to the far end of the last word that is taken. */
function edgeOf(characters: readonly string[], words: number, tables: UnicodeTables): number {
  let at = 0;
  let edge = 0;
  let taken = 0;
  let inWord = false;
  for (const character of characters) {
    const word = isInWord(character, tables);
    if (inWord && !word && ++taken === words) break;
    inWord = word;
    at += character.length;
    if (word) edge = at;
  }
  return edge;
}

function isInWord(character: string, tables: UnicodeTables): boolean {
  return tables.type.get(character.codePointAt(0) as number) !== characterType.gap;
}
