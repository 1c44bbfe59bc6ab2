import type { Random } from "./random.ts";
import { respell } from "./spelling.ts";

/** Word lists of a pack by name: what a slot stands for. */
export type Words = ReadonlyMap<string, readonly string[]>;

/** One line a word; `#` begins a comment line. */
export function parseWords(text: string): readonly string[] {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}

export type Filled = { readonly text: string; readonly spelling: string };

/**
 * Fills the slots of a template. `{town}` is any word of `words/town.txt`; `{town@1}` the same word wherever it stands in
 * the template, and another than `{town@2}`; `{3..9}` a number; `{made-up}` a word that nobody has written before; `|spell`
 * respells as people do, `|upper`, `|title`, `|encode` and `|label` change the form. Throws RangeError for an unknown slot.
 */
export function fillSlots(template: string, words: Words, random: Random): Filled {
  const bound = new Map<string, string>();
  let spelling = "plain";
  const text = template.replace(/\{([^}]+)\}/g, (_, slot: string) => {
    const [name = "", ...changes] = slot.split("|");
    let word = findWord(name, words, random, bound);
    for (const change of changes) {
      if (change === "spell") {
        const done = respell(word, random);
        word = done.text;
        if (done.spelling !== "plain") spelling = done.spelling;
      } else word = requireChange(change)(word);
    }
    return word;
  });
  return { text, spelling };
}

function findWord(name: string, words: Words, random: Random, bound: Map<string, string>): string {
  const known = bound.get(name);
  if (known !== undefined) return known;
  const range = /^([0-9]+)\.\.([0-9]+)$/.exec(name);
  if (range !== null) {
    const from = Number(range[1]);
    return String(from + random.below(Number(range[2]) - from + 1));
  }
  const [list = "", number] = name.split("@");
  const all = list === "made-up" ? [makeUpWord(random)] : words.get(list);
  if (all === undefined) throw new RangeError(`there is no word list "${list}"`);
  const taken = [...bound].filter(([key]) => key.startsWith(`${list}@`)).map(([, word]) => word);
  const free = number === undefined ? all : all.filter((word) => !taken.includes(word));
  const word = random.pick(free);
  if (number !== undefined) bound.set(name, word);
  return word;
}

const changes: Readonly<Record<string, (word: string) => string>> = {
  upper: (word) => word.toUpperCase(),
  title: (word) => word.replace(/(^|\s)(\p{L})/gu, (found) => found.toUpperCase()),
  encode: (word) =>
    [...new TextEncoder().encode(word)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""),
  /** As translators spell a host in one label. */
  label: (word) => word.replaceAll("-", "--").replaceAll(".", "-"),
};

function requireChange(name: string): (word: string) => string {
  const change = changes[name];
  if (change === undefined) throw new RangeError(`"|${name}" is no change`);
  return change;
}

const beginnings = ["br", "d", "f", "gl", "h", "k", "l", "m", "n", "p", "pl", "r", "st", "t", "tr", "w"];
const middles = ["a", "e", "i", "o", "u", "ai", "ea", "oo"];
const ends = ["b", "ck", "d", "ft", "g", "lm", "m", "nd", "p", "rn", "sk", "t", "x"];

function makeUpWord(random: Random): string {
  const syllable = () => random.pick(beginnings) + random.pick(middles);
  return syllable() + syllable() + random.pick(ends);
}
