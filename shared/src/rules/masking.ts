import { isWordCharacter } from "./text.ts";

/** A matched term for level 1 evidence: the first letter of each word, the rest as dots. */
export function maskTerm(term: string): string {
  let out = "";
  let inWord = false;
  for (const character of term) {
    const word = isWordCharacter(character.codePointAt(0) as number);
    out += word && inWord ? "•" : character;
    inWord = word;
  }
  return out;
}

/** The matched span with up to `words` words on either side, cut at word boundaries: level 2 evidence. */
export function contextAround(text: string, start: number, end: number, words: number): string {
  return text.slice(walk(text, start, words, -1), walk(text, end, words, 1));
}

function walk(text: string, from: number, words: number, step: 1 | -1): number {
  let at = from;
  let left = words;
  let inWord = false;
  let lastWordEdge = from;
  while (step === 1 ? at < text.length : at > 0) {
    const next = step === 1 ? at : at - 1;
    let code = text.charCodeAt(next);
    let width = 1;
    if (code >= 0xd800 && code <= 0xdfff) {
      const pair = text.codePointAt(step === 1 ? next : next - 1);
      if (pair !== undefined && pair > 0xffff && (step === 1 || at >= 2)) {
        code = pair;
        width = 2;
      }
    }
    const word = isWordCharacter(code);
    if (inWord && !word) {
      left--;
      if (left === 0) break;
    }
    inWord = word;
    at += step * width;
    if (word) lastWordEdge = at;
  }
  return lastWordEdge;
}
