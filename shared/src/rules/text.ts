/**
 * Text in comparison form: NFKD and case folding, default-ignorable characters dropped, every run of characters that
 * belong to no word made one space, and a space at either end. `from` and `to` give, for each unit, the span of the
 * original it came from; `word` numbers the words from 0.
 */
export type NormalisedText = {
  readonly form: string;
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly word: readonly number[];
};

const wordCharacter = /[\p{L}\p{M}\p{N}\p{Pc}\p{Extended_Pictographic}\p{Regional_Indicator}]/u;
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Extended_Pictographic}\p{Regional_Indicator}]/u;
const ignorable = /[\p{Default_Ignorable_Code_Point}\p{Emoji_Modifier}]/u;
const mark = /\p{M}/u;
const segment = /\P{M}\p{M}*|\p{M}+/gu;
const ascii = /^[\0-\x7f]$/;

export function isWordCharacter(code: number): boolean {
  return isWord(String.fromCodePoint(code));
}
const isWord = (c: string) => wordCharacter.test(c) && !(ascii.test(c) && !/[0-9A-Za-z_]/.test(c));

/** Characters of scripts written without spaces, and emoji: each stands for itself and needs no boundary. */
export function isUnspaced(character: string): boolean {
  return unspaced.test(character) && !ascii.test(character);
}

export function isMark(character: string): boolean {
  return mark.test(character);
}

export function normaliseText(text: string): NormalisedText {
  let form = " ";
  const from = [0];
  const to = [0];
  const word = [-1];
  let words = -1;
  let inWord = false;
  for (const match of text.matchAll(segment)) {
    const start = match.index;
    const end = start + match[0].length;
    for (const character of foldSegment(match[0])) {
      if (!isWord(character)) {
        inWord = false;
        if (form.endsWith(" ")) continue;
        push(" ", start, end);
        continue;
      }
      if (!isMark(character) && (isUnspaced(character) || !inWord)) words++;
      inWord = !isUnspaced(character);
      push(character, start, end);
    }
  }
  if (!form.endsWith(" ")) push(" ", text.length, text.length);
  return { form, from, to, word };

  function push(character: string, start: number, end: number) {
    form += character;
    for (let i = 0; i < character.length; i++) {
      from.push(start);
      to.push(end);
      word.push(words);
    }
  }
}

function foldSegment(text: string): string {
  let out = "";
  for (const character of text) if (!ignorable.test(character) || ascii.test(character)) out += character;
  return out.normalize("NFKD").toUpperCase().toLowerCase().normalize("NFKD").replaceAll("ς", "σ");
}
