import { countBelow, guessPlace } from "@overt/shared/rules/lists/count-below.ts";
import fc from "fast-check";
import { expect, test } from "vitest";

const numRuns = Math.min(Number(process.env["PROPERTY_RUNS"] ?? 2_000), 100_000);
const word = fc.oneof(
  fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  fc.constantFrom(0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1),
);

test("counts what is below a word, wherever it is thought to be and however the words lie", () => {
  fc.assert(
    fc.property(
      fc.array(word, { maxLength: 400 }),
      word,
      fc.nat(200),
      fc.constantFrom(1, 3),
      fc.nat(5),
      fc.integer({ min: -500, max: 2 ** 40 }),
      (values, other, picked, step, start, guess) => {
        const sorted = values.sort((a, b) => a - b);
        // Half of the time a word that is there, often several times.
        const wanted = picked < sorted.length ? (sorted[picked] as number) : other;
        const words = new Int32Array(start + sorted.length * step).fill(-1);
        for (const [i, value] of sorted.entries()) words[start + i * step] = value;
        const below = sorted.filter((value) => value < wanted).length;
        expect(countBelow(words, start, step, sorted.length, wanted | 0, guess)).toBe(below);
      },
    ),
    { numRuns },
  );
});

test("of words that ascend evenly the place is guessed right, but for one", () => {
  fc.assert(
    fc.property(
      fc.nat(2 ** 31),
      fc.integer({ min: 1, max: 2 ** 20 }),
      fc.integer({ min: 1, max: 400 }),
      fc.nat(),
      (from, step, count, picked) => {
        const to = from + step * count;
        const wanted = from + (picked % (step * count));
        const below = Array.from({ length: count }, (_, i) => from + i * step).filter((word) => word < wanted).length;
        expect(Math.abs(guessPlace(wanted | 0, from, to, count) - below)).toBeLessThanOrEqual(1);
      },
    ),
    { numRuns },
  );
  // Where no word is between, any place will do that is one.
  expect(guessPlace(7, 7, 7, 341)).toBe(0);
});

test("a guess that is wrong costs at most about twice what halving takes", () => {
  const count = 30_000;
  const words = Int32Array.from({ length: count }, (_, i) => i);
  let reads = 0;
  const counted = new Proxy(words, {
    get(target, name) {
      if (typeof name === "string" && /^\d+$/.test(name)) reads++;
      return Reflect.get(target, name);
    },
  });
  let most = 0;
  for (const guess of [0, count / 2, count - 1]) {
    for (let wanted = 0; wanted <= count; wanted += 997) {
      reads = 0;
      countBelow(counted, 0, 1, count, wanted, guess);
      most = Math.max(most, reads);
    }
  }
  expect(most).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(count)) + 1);
});
