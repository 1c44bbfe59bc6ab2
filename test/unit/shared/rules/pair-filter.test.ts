import { PairFilter } from "@overt/shared/rules/pair-filter.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

describe("a filter of pairs of words", () => {
  test("has every pair that was added, when it is made of kept words too", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(word, word), { maxLength: 60 }), (pairs) => {
        const filter = new PairFilter(pairs.length);
        for (const [one, two] of pairs) filter.add(one, two);
        const kept = new PairFilter(pairs.length, filter.words);
        expect(pairs.every(([one, two]) => filter.has(one, two) && kept.has(one, two))).toBe(true);
        expect(filter.isEmpty).toBe(pairs.length === 0);
      }),
    );
  });

  test("has few others, alike as they are", () => {
    for (const count of [1, 10, 1_000, 30_000]) {
      const filter = new PairFilter(count);
      for (let i = 0; i < count; i++) filter.add(i * 3, i & 7);
      let held = 0;
      for (let i = 0; i < 20_000; i++) if (filter.has(i * 3 + 1, i & 7)) held++;
      expect(held / 20_000).toBeLessThan(0.02);
    }
  });
});
