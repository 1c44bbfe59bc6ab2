import type { Random } from "./random.ts";

/** How people write a word so that a list of words does not know it, or without meaning to. */
type Respell = (word: string, random: Random) => string;

const digitFor: Readonly<Record<string, string>> = { a: "4", e: "3", i: "1", o: "0", s: "5", t: "7" };
/** Cyrillic letters that look like Latin ones. */
const twinOf: Readonly<Record<string, string>> = {
  a: "а",
  c: "с",
  e: "е",
  i: "і",
  o: "о",
  p: "р",
  s: "ѕ",
  x: "х",
  y: "у",
};

const letters = (word: string) => [...word];
const map = (word: string, change: (letter: string, at: number) => string) => letters(word).map(change).join("");

export const spellings: Readonly<Record<string, Respell>> = {
  plain: (word) => word,
  capitals: (word) => map(word, upper),
  "first-capitals": (word) => word.replace(/(^|\s)(\p{L})/gu, (found) => map(found, upper)),
  "full-width": (word) =>
    map(word, (c) => (/[!-~]/.test(c) ? String.fromCodePoint((c.codePointAt(0) ?? 0) + 0xfee0) : c)),
  marks: (word) => replaceOne(word, "aeou", (vowel) => `${vowel}\u0308`),
  "zero-width": (word) => `${letters(word).slice(0, 3).join("")}\u200b${letters(word).slice(3).join("")}`,
  "digits-for-letters": (word) => map(word, (c) => digitFor[c] ?? c),
  "look-alikes": (word) => map(word, (c) => twinOf[c] ?? c),
  spaced: (word) => letters(word).join(" "),
  dotted: (word) =>
    letters(word)
      .filter((c) => c !== " ")
      .join("."),
  joined: (word) => word.replaceAll(" ", ""),
  hyphen: (word) => word.replaceAll(" ", "-"),
  "letter-twice": (word, random) => {
    const at = 1 + random.below(Math.max(1, letters(word).length - 2));
    return map(word, (c, i) => (i === at ? c + c : c));
  },
  "letters-swapped": (word, random) => {
    const all = letters(word);
    const at = 1 + random.below(Math.max(1, all.length - 3));
    const [first = "", second = ""] = [all[at], all[at + 1]];
    return first === second ? word : [...all.slice(0, at), second, first, ...all.slice(at + 2)].join("");
  },
};

export function respell(word: string, random: Random): { readonly text: string; readonly spelling: string } {
  // Most people write a word as it is.
  const name = random.below(3) > 0 ? "plain" : random.pick(Object.keys(spellings));
  const text = (spellings[name] as Respell)(word, random);
  return { text, spelling: text === word ? "plain" : name };
}

/** Case by the pinned letters that the pack uses; `toUpperCase` follows the host's Unicode version for rare ones only. */
function upper(letter: string): string {
  return letter.toUpperCase();
}

function replaceOne(word: string, wanted: string, change: (letter: string) => string): string {
  const at = letters(word).findIndex((letter) => wanted.includes(letter));
  return at < 0 ? word : map(word, (letter, i) => (i === at ? change(letter) : letter));
}
