import { characterType } from "@overt/shared/rules/unicode/tables.ts";

export const lastCodePoint = 0x10ffff;

const extend = /\p{M}/u;
const word = /[\p{L}\p{N}]/u;
const symbol = /[\p{Extended_Pictographic}\p{Regional_Indicator}]/u;
const ascii = /[\0-\x7f]/;
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const ignorable = /[\p{Default_Ignorable_Code_Point}\p{Emoji_Modifier}]/u;

const isSurrogate = (code: number) => code >= 0xd800 && code <= 0xdfff;
export const isHangul = (code: number) => code >= 0xac00 && code <= 0xd7a3;

/** What a character is to words. Conjoining vowels and finals of Hangul continue their syllable, as marks do. */
export function findType(code: number): number {
  if (isSurrogate(code)) return characterType.gap;
  const character = String.fromCodePoint(code);
  if (ignorable.test(character) && !ascii.test(character)) return characterType.ignorable;
  if (extend.test(character) || (code >= 0x1160 && code <= 0x11ff)) return characterType.extend;
  if (symbol.test(character) && !ascii.test(character)) return characterType.unspaced;
  if (!word.test(character)) return characterType.gap;
  return unspaced.test(character) ? characterType.unspaced : characterType.word;
}

/**
 * Canonical ordering of marks, found by asking the normaliser which of two it swaps: marks of one combining class get one
 * rank, from 1; characters of class 0 are absent.
 */
export function findRanks(): ReadonlyMap<number, number> {
  const swaps = (a: string, b: string) => (a + b).normalize("NFD") === b + a && a !== b;
  const classes: string[][] = [];
  for (let code = 0; code <= lastCodePoint; code++) {
    if (isSurrogate(code) || isHangul(code)) continue;
    const mark = String.fromCodePoint(code);
    if (mark.normalize("NFD") !== mark) continue;
    if (!swaps(mark, "\u0334") && !swaps("\u0345", mark)) continue;
    const at = classes.findIndex(([one]) => !swaps(mark, one as string));
    const place = at < 0 ? classes.length : at;
    const [peer] = classes[place] ?? [];
    if (peer !== undefined && !swaps(peer, mark)) (classes[place] as string[]).push(mark);
    else classes.splice(place, 0, [mark]);
  }
  return new Map(classes.flatMap((marks, i) => marks.map((mark) => [mark.codePointAt(0) as number, i + 1] as const)));
}

/** NFKD and case folding of one character without context; undefined where it is itself. Hangul is done by arithmetic. */
export function findFold(code: number): readonly number[] | undefined {
  if (isSurrogate(code) || isHangul(code)) return undefined;
  const character = String.fromCodePoint(code);
  if (findType(code) === characterType.ignorable) return undefined;
  let folded = character;
  for (let next = foldOnce(folded); next !== folded; next = foldOnce(folded)) folded = next;
  if (folded === character) return undefined;
  return [...folded]
    .filter((one) => !ignorable.test(one) || ascii.test(one))
    .map((one) => one.codePointAt(0) as number);
}

function foldOnce(text: string): string {
  let out = "";
  for (const one of text.normalize("NFKD")) {
    for (const upper of one.toUpperCase()) out += upper.toLowerCase();
  }
  return out.normalize("NFKD");
}

/** The UTS #39 prototype of a folded character, folded, without marks; undefined where it is itself. */
export function findLookalike(
  code: number,
  confusables: Readonly<Record<string, string>>,
): readonly number[] | undefined {
  if (isSurrogate(code) || isHangul(code) || findFold(code) !== undefined) return undefined;
  const character = String.fromCodePoint(code);
  if (findType(code) === characterType.ignorable) return undefined;
  let looks = character;
  for (let round = 0; round < 4; round++) {
    let next = "";
    for (const one of looks) next += Object.hasOwn(confusables, one) ? confusables[one] : one;
    next = [...next]
      .flatMap((one) => findFold(one.codePointAt(0) as number) ?? [one.codePointAt(0) as number])
      .map((one) => String.fromCodePoint(one))
      .filter((one) => !extend.test(one))
      .join("");
    if (next === looks) break;
    looks = next;
  }
  return looks === character ? undefined : [...looks].map((one) => one.codePointAt(0) as number);
}
