import { distinctHashes } from "@overt/shared/rules/lists/distinct-hashes.ts";
import { sortEntries } from "@overt/shared/rules/lists/sort-entries.ts";
import fc from "fast-check";
import { expect, test } from "vitest";

const numRuns = Math.min(Number(process.env["PROPERTY_RUNS"] ?? 1_000), 20_000);

/** Few enough different words that they meet, and the ends of what a word can be. */
const word = fc.oneof(
  fc.constantFrom(0, 1, 2_047, 2_048, 1 << 22, 2 ** 31 - 1, -(2 ** 31), -1),
  fc.integer({ min: -5, max: 5 }),
);
const unsigned = (one: number) => one >>> 0;

/** Cut into pages of so many, the last of which may be shorter. */
function toPages(words: readonly number[], size: number): Int32Array[] {
  const pages = Array.from({ length: Math.ceil(words.length / size) }, (_, i) => words.slice(i * size, (i + 1) * size));
  return pages.map((page) => Int32Array.from(page));
}

test("hashes come in order and once each, however they are cut into pages", () => {
  fc.assert(
    fc.property(fc.array(word, { maxLength: 80 }), fc.integer({ min: 1, max: 90 }), (words, size) => {
      const sorted = [...distinctHashes(toPages(words, size))].map(unsigned);
      expect(sorted).toEqual([...new Set(words.map(unsigned))].sort((a, b) => a - b));
    }),
    { numRuns },
  );
});

test("entries come in the order of all their words and once each, however they are cut into pages", () => {
  const entry = fc.tuple(word, word, word);
  const asText = (three: readonly number[]) => three.map((one) => unsigned(one).toString(16).padStart(8, "0")).join("");
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 60 }), fc.integer({ min: 1, max: 70 }), (entries, size) => {
      const sorted = [...sortEntries(toPages(entries.flat(), 3 * size))];
      const found = Array.from({ length: sorted.length / 3 }, (_, i) => asText(sorted.slice(3 * i, 3 * i + 3)));
      expect(found).toEqual([...new Set(entries.map(asText))].sort());
    }),
    { numRuns },
  );
});
