import { FormReader } from "@overt/shared/rules/text/form-reader.ts";
import { buildTermIndex } from "@overt/shared/rules/text/index.ts";
import { Lanes } from "@overt/shared/rules/text/lanes.ts";
import { Scanner } from "@overt/shared/rules/text/scanner.ts";
import { unicodeTables } from "@overt/shared/rules/unicode/tables.ts";
import { describe, expect, test, vi } from "vitest";

// Each counts which way a text is read, not how long it takes: the answers would be the same the other way.
const terms = ["harbour", "tŷ gwyn", "кошка сидит", "天气很好", "naïve"].map((text) => ({ text }));

/** How often a text leaves the lanes, and how often the comparison form is made of it letter by letter. */
function count(text: string) {
  const index = buildTermIndex(terms, unicodeTables());
  const careful = vi.spyOn(FormReader.prototype, "read");
  const left = vi.spyOn(Scanner.prototype, "readOn");
  const laid = vi.spyOn(Lanes.prototype, "lay");
  index.scan(text);
  const inLanes = laid.mock.results.some(({ value }) => value === true);
  const counted = { careful: careful.mock.calls.length, left: left.mock.calls.length, inLanes, hits: index.hits.count };
  for (const spy of [careful, left, laid]) spy.mockRestore();
  return counted;
}

describe("a text is read the fast way", () => {
  /** A sample, and of how many characters of it one may leave the lanes: a letter with a mark does where rows do not say all. */
  const samples = {
    "small letters": ["the quick brown fox jumps over the lazy dog. ", 0],
    "capitals and digits": ["THE Quick BROWN fox, 12 times; (over) the lazy dog! ", 0],
    Welsh: ["mae'r tŷ ar y bryn, a'r dŵr yn y môr; gŵyl a hŷn. ", 0.101],
    German: ["die straße führt am großen fluß entlang, ﬁndet man. ", 0.16],
    Cyrillic: ["быстрая лиса прыгает через ленивую собаку. Ёлка и май. ", 0.019],
    Chinese: ["敏捷的棕色狐狸跳过了那只懒狗。今天下雨了，", 0],
    "Chinese among Latin words": ["the 狐狸 jumps 跳过 over 懒狗 dogs ", 0],
  } as const;
  for (const [name, [sample, share]] of Object.entries(samples)) {
    test(`${name}: in lanes, and no letter of it the careful way`, () => {
      const text = sample.repeat(200);
      const counted = count(text);
      expect(counted.inLanes).toBe(true);
      expect(counted.careful).toBe(0);
      expect(counted.hits).toBe(0);
      expect(counted.left).toBeLessThanOrEqual(share * text.length);
    });
  }

  test("only where two marks meet, or a mark stands by itself, is a letter looked at closer", () => {
    const counted = count(
      "the quick brown fox. ".repeat(100) + "e\u0302\u0323 ".repeat(3) + "the lazy dog. ".repeat(100),
    );
    expect(counted.careful).toBeGreaterThan(0);
    expect(counted.careful).toBeLessThanOrEqual(6);
  });

  test("a short text is read in one lane, and what is found is the same in both", () => {
    expect(count("a naïve harbour")).toMatchObject({ inLanes: false, hits: 2 });
    expect(count(`${"a fox and a dog ".repeat(100)} a naïve harbour`)).toMatchObject({ inLanes: true, hits: 2 });
  });
});
