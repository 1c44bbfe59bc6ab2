import { buildCorpus } from "@overt/scripts/validate/corpus/corpus.ts";
import { parsePackFile } from "@overt/scripts/validate/corpus/pack-file.ts";
import { openRandom } from "@overt/scripts/validate/corpus/random.ts";
import { ownPack, readPack } from "@overt/scripts/validate/corpus/read-pack.ts";
import { parseRun } from "@overt/scripts/validate/corpus/steps.ts";
import { fillSlots } from "@overt/scripts/validate/corpus/words.ts";
import { observeStep } from "@overt/scripts/validate/run/observe-step.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const pack = readPack(ownPack);
const corpus = buildCorpus(pack, "one");

describe("the validation pack", () => {
  test("has at least 4,000 items, of which a fifth or more is drawn from the seed", () => {
    expect(corpus.length).toBeGreaterThanOrEqual(4_000);
    expect(corpus.filter((item) => item.origin === "drawn").length).toBeGreaterThan(corpus.length / 5);
    expect(corpus.filter((item) => item.origin === "written").length).toBeGreaterThan(250);
  });

  test("is the same for the same seed, and only its drawn part differs for another", () => {
    expect(buildCorpus(pack, "one")).toEqual(corpus);
    const other = buildCorpus(pack, "two");
    const kept = (items: typeof corpus) => items.filter((item) => item.origin !== "drawn");
    expect(kept(other)).toEqual(kept(corpus));
    const drawn = (items: typeof corpus) =>
      new Set(items.filter((i) => i.origin === "drawn").map((i) => JSON.stringify(i.steps)));
    const mine = drawn(corpus);
    const shared = [...drawn(other)].filter((one) => mine.has(one));
    expect(shared.length).toBeLessThan(mine.size / 5);
  });

  test("says no item twice and none with two labels", () => {
    const seen = new Set(corpus.map(({ start, steps }) => JSON.stringify([start, steps])));
    expect(seen.size).toBe(corpus.length);
  });

  test("holds nothing that a sensor could not see", () => {
    for (const { steps } of corpus) for (const step of steps) expect(() => observeStep(step)).not.toThrow();
  });

  test("covers the protected themes, Welsh and another script", () => {
    const harmless = corpus.filter((item) => item.expects.length === 0);
    const themes = new Set(harmless.map((item) => item.theme));
    for (const theme of ["health", "law", "news", "LGBT life", "breast-feeding and pregnancy", "place names"]) {
      expect(themes).toContain(theme);
    }
    for (const theme of ["works of art", "surnames", "recipes", "code"]) expect(themes).toContain(theme);
    for (const language of ["cy", "uk"]) {
      expect(harmless.filter((item) => item.language === language).length).toBeGreaterThan(50);
      expect(corpus.filter((item) => item.language === language && item.expects.length > 0).length).toBeGreaterThan(50);
    }
  });

  test("two labels for one item refuse the pack", () => {
    const file = (name: string, expects: string) => parsePackFile(name, `${expects}\n[search]\nthe same words`);
    const files = [file("harmless/a", ""), file("prohibited/b", "expects: search=some-rule")];
    const words = new Map([["search-engine", ["https://search.test/?q="]]]);
    expect(() => buildCorpus({ files, words }, "one")).toThrow(/two labels/);
  });
});

describe("making items", () => {
  test("the numbers of a seed are known ones, on every machine", () => {
    const random = openRandom("overt");
    expect(Array.from({ length: 8 }, () => random.below(1_000_000))).toMatchInlineSnapshot(`
      [
        265446,
        990591,
        989695,
        74140,
        975099,
        688693,
        8173,
        529163,
      ]
    `);
  });

  test("a bound slot is the same word throughout and another than its siblings", () => {
    const words = new Map([["town", ["a", "b", "c"]]]);
    fc.assert(
      fc.property(fc.string(), (seed) => {
        const { text } = fillSlots("{town@1} {town@2} {town@1} {town@3}", words, openRandom(seed));
        const [first, second, again, third] = text.split(" ");
        expect(again).toBe(first);
        expect(new Set([first, second, third]).size).toBe(3);
      }),
    );
  });

  test.each([
    ["what: ever\n[search]\na", /:1: a line before the first section/],
    ["[serach]\na", /:1: \[serach\] is no section/],
    ["fixed: many\n[search]\na", /fixed is a number/],
    ["expects: some-rule\n[search]\na", /expects is written/],
  ])("%j is refused with its place", (text, message) => {
    expect(() => parsePackFile("harmless/x", text)).toThrow(message);
  });

  test.each(["at noon | visit https://a.test/", "+2 visit https://a.test/", "walk a"])("%j is no run", (text) => {
    expect(() => parseRun(text)).toThrow(RangeError);
  });

  test("an unknown slot names its line", () => {
    const file = parsePackFile("harmless/x", "theme: x\n[visit]\nhttps://{nobody}.test/");
    expect(() => buildCorpus({ files: [file], words: new Map() }, "one")).toThrow(/harmless\/x:3: .*"nobody"/);
  });
});
