import { WordCounter } from "@overt/shared/rules/text/words.ts";
import { unicodeTables } from "@overt/shared/rules/unicode/tables.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { typeOf } from "./reference/text.ts";

const numRuns = Math.min(Number(process.env["PROPERTY_RUNS"] ?? 2_000), 50_000);

/** What is one character of the text here is one, folded, and stands for itself. */
const pieces = ["a", "b", " ", " ", "-", "赌", "场", "\u0301", "\u200b", "😀", "\u{10400}"];

/** Each word's first and last letter, written out: a mark belongs to the word, what is not there is passed over. */
function listWords(text: string): { start: number; last: number }[] {
  const words: { start: number; last: number }[] = [];
  let inWord = false;
  for (let at = 0; at < text.length; ) {
    const character = String.fromCodePoint(text.codePointAt(at) as number);
    const type = character === "\u200b" ? "nothing" : typeOf(character === "\u{10400}" ? "\u{10428}" : character);
    if (type === "gap") inWord = false;
    if (type === "unspaced" || (type === "word" && !inWord)) words.push({ start: at, last: at });
    if (type === "word" && inWord)
      words[words.length - 1] = { ...(words.at(-1) as { start: number }), last: at } as never;
    if (type === "unspaced" || type === "word") inWord = type === "word";
    at += character.length;
  }
  return words;
}

describe("words of a text", () => {
  test("between two places are those that begin there, and the rest of one that is cut", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((list) => list.join("")),
        fc.nat(60),
        fc.nat(60),
        fc.nat(60),
        (text, one, other, length) => {
          const [from, to] = [Math.min(one, other), Math.max(one, other)];
          const read = Math.min(length, text.length);
          // A pair that the end cuts is read whole, as it is everywhere.
          const whole = /[\ud800-\udbff]$/.test(text.slice(0, read)) ? read + 1 : read;
          const expected = listWords(text.slice(0, whole)).filter(({ start, last }) => start < to && last >= from);
          expect(new WordCounter(text, read, unicodeTables()).countBetween(from, to)).toBe(expected.length);
        },
      ),
      { numRuns },
    );
  });

  test("may be more than there was room for", () => {
    const counter = new WordCounter("ab ".repeat(2_000), 6_000, unicodeTables());
    for (const words of [1, 255, 256, 257, 511, 512, 513, 2_000]) {
      expect(counter.countBetween(0, 3 * words)).toBe(words);
      // From the second letter of each on.
      expect(counter.countBetween(1, 3 * words)).toBe(words);
      expect(counter.countBetween(3 * words - 1, 6_000)).toBe(2_000 - words);
    }
  });
});
