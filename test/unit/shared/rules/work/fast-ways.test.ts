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

describe("a text is read once", () => {
  /** So many characters that the rarer ones have two symbols each, and rows know nothing of them. */
  const rare = Array.from({ length: 1_100 }, (_, i) => String.fromCodePoint(0x4e00 + 2 * i, 0x4e01 + 2 * i));
  const common = buildTermIndex(terms, unicodeTables());
  const crowded = buildTermIndex([...terms, ...rare.map((text) => ({ text }))], unicodeTables());

  /** How often a character of a text is asked for. */
  function countReads(index: typeof common, text: string): number {
    // Warm: the room for bytes is made, and nothing is left of another text.
    index.scan(text);
    const units = vi.spyOn(String.prototype, "charCodeAt");
    const characters = vi.spyOn(String.prototype, "codePointAt");
    index.scan(text);
    const reads = units.mock.calls.length + characters.mock.calls.length;
    units.mockRestore();
    characters.mockRestore();
    return reads;
  }

  /** A sample; reads of it beyond one for each character; and beyond those, reads where rare characters have two symbols. */
  const samples = [
    ["small letters", "the quick brown fox jumps over the lazy dog. ", 0, 0],
    ["capitals and digits", "THE Quick BROWN fox, 12 times; (over) the lazy dog! ", 0, 0],
    [
      "Welsh, whose marks are looked for after each letter that has one",
      "mae'r tŷ ar y bryn, a'r dŵr yn y môr; gŵyl a hŷn. ",
      10,
      4,
    ],
    ["German", "die straße führt am großen fluß entlang, ﬁndet man. ", 8, 0],
    ["Cyrillic", "быстрая лиса прыгает через ленивую собаку. Ёлка и май. ", 2, 0],
    ["Chinese", "敏捷的棕色狐狸跳过了那只懒狗。今天下雨了，", 0, 9.75],
    ["Chinese among Latin words", "the 狐狸 jumps 跳过 over 懒狗 dogs ", 0, 15],
    ["words that are found", "a naïve harbour ", 16, 5],
    ["Korean, every letter of which becomes several", "한국 사람 ", 13.75, 0],
  ] as const;
  test.each(samples)("%s", (_, sample, more, moreWhereRare) => {
    const short = sample.repeat(4);
    const long = sample.repeat(200);
    const once = (text: string) => text.length + more * (text.length / sample.length);
    const crowdedOnce = (text: string) => once(text) + moreWhereRare * (text.length / sample.length);
    expect(countReads(common, short)).toBeLessThanOrEqual(once(short));
    expect(countReads(crowded, short)).toBeLessThanOrEqual(crowdedOnce(short));
    // Where the lanes begin, and whether a text is in ASCII, is asked beside it, and each lane is read on into the next.
    const beside = 128;
    expect(countReads(common, long)).toBeLessThanOrEqual(once(long) * 1.004 + beside);
    expect(countReads(crowded, long)).toBeLessThanOrEqual(crowdedOnce(long) * 1.004 + beside);
  });

  test("letters set apart, once more for the reading that looks for them", () => {
    const spaced = buildTermIndex([{ text: "harbour", spaced: true }], unicodeTables());
    for (const sample of ["the quick h a r b x fox. ", "быстрая л и с а. ", "敏捷的棕色狐狸，"]) {
      expect(countReads(spaced, sample.repeat(4))).toBeLessThanOrEqual(2 * sample.length * 4);
    }
  });

  test("a long text in ASCII is read as bytes", () => {
    const text = "the quick brown fox jumps over the lazy dog. ".repeat(200);
    expect(countReads(common, text)).toBeLessThanOrEqual(128);
    expect(countReads(common, `${text}é`)).toBeGreaterThan(text.length);
  });
});
