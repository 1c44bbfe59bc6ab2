import type { Term } from "@overt/shared/rules/matchers.ts";
import { maxPlaces } from "@overt/shared/rules/text/hits.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { plainForm } from "./reference/text.ts";
import { agree, scanPlaces } from "./text-support.ts";

/** Texts of a few characters, so that terms, marks, gaps and kinds of scripts meet at every turn. */
const numRuns = Math.min(Math.max(40, Math.ceil(Number(process.env["PROPERTY_RUNS"] ?? 10_000) / 40)), 2_500);
const textsPerSet = 8;
const timeout = Math.max(60_000, numRuns * 50);

const write = (from: string, minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...from.split("|")), minLength, maxLength });
const boundary = fc.constantFrom(undefined, "start" as const, "any" as const);
const termsOf = (from: string) =>
  fc
    .array(fc.tuple(write(from, 1, 4), boundary), { minLength: 1, maxLength: 3 })
    .map((list) => list.map(([text, edge]): Term => (edge === undefined ? { text } : { text, boundary: edge })))
    .map((list) =>
      list.filter((one, i) => plainForm(one.text) !== "" && list.findIndex(({ text }) => text === one.text) === i),
    )
    .filter((list) => list.length > 0);
const textsOf = (text: fc.Arbitrary<string>) => fc.array(text, { minLength: textsPerSet, maxLength: textsPerSet });
/** Few rows, so that most terms end without one. */
const rows = fc.constantFrom(undefined, 3, 5, 8);

describe("a text of few characters is read as the reference reads it", { timeout }, () => {
  test.each([
    ["letters and their marks", "e|é|é|f|\u0301|\u0323|ẹ| ", true],
    ["gaps in a row", "e|f| |  |-|. ", true],
    ["characters that are words of their own", "e|文|中|が|\u3099| |文中", true],
    ["characters that become several, and marks after them", "f|i|ﬁ|\u0301|é|1|½|ﬃ| |x", false],
    ["characters that become several beside words of their own", "f|i|ﬁ|文|中|…| |½", false],
    ["what is there and what is not", "e|f|\u200b|\u00ad|\u0301| |\u{1d41e}|😀", true],
  ])("%s", (_, characters, once) => {
    fc.assert(
      fc.property(termsOf(characters), textsOf(write(characters, 1, 14)), rows, (terms, texts, mostRows) => {
        agree(terms, texts, { once, mostRows });
      }),
      { numRuns },
    );
  });

  test("in lanes", () => {
    const characters = "e|f|é|\u0301|ﬁ|文|中|が| |  |½";
    const long = fc
      .tuple(write(characters, 3, 24), fc.nat(30))
      .map(([once, lead]) => "x ".repeat(lead) + `${once} `.repeat(Math.ceil(560 / (once.length + 1))));
    fc.assert(
      fc.property(termsOf(characters), textsOf(long), rows, (terms, texts, mostRows) => {
        agree(terms, texts, { mostRows });
      }),
      { numRuns: Math.ceil(numRuns / 5) },
    );
  });
});

test("a letter that has a mark, in one character or two, is another with one mark more", () => {
  const letters = ["é", "e\u0301", "ﬁ", "i", "ﬁ\u0301"];
  const marks = ["", "\u0323", "\u0301", "\u0323\u0301", "\u200b\u0323"];
  const texts = letters.flatMap((one) =>
    marks.flatMap((mark) => [one + mark, `f${one}${mark}é`, `${one}${mark} ${one}`, `${one}${mark}f`]),
  );
  const sets = [
    ["é", "e", "fi"],
    ["éf", "e\u0323\u0301f", "e\u0301\u0301f"],
  ];
  for (const set of sets) {
    const terms = set.map((text): Term => ({ text, boundary: "any" }));
    for (const mostRows of [undefined, 3]) agree(terms, texts, { mostRows });
  }
});

test("where a long run of what is not read by rows is read on, nothing is lost or found twice", () => {
  const terms = ["क", "का", "e", "é", "ẹ\u0301", "fé", "赌", "f赌"].map((text): Term => ({ text, boundary: "any" }));
  // A letter of two units, which is read in the careful way, and of which no term has two in a row.
  const letter = "\u{1d41f}";
  const bold = "\u{1d41e}";
  const ends = [
    ...["का", "क", "é", "e\u0301\u200b\u0323", "\u0301", "\ufdfa", "赌", "赌\u0301e"],
    ...["", "\u0301", "\u0323\u0301", "\u0301\u0323", "\u0301\u200b\u0323", "\u093e"].map((marks) => bold + marks),
  ];
  for (const mostRows of [undefined, 3]) {
    const leads = Array.from({ length: 9 }, (_, n) => letter.repeat(1_018 + n));
    agree(
      terms,
      leads.flatMap((lead) => ends.map((end) => lead + (end + letter).repeat(3))),
      { mostRows },
    );
  }
});

test("the first places count, and where one ends within a character it comes after those before it", () => {
  const scan = scanPlaces([{ text: "f", boundary: "any" }]);
  const plain = Array.from({ length: maxPlaces }, (_, start) => ({ start, end: start + 1 }));
  expect(scan(`${"f".repeat(maxPlaces)}ﬀ`)).toEqual([plain]);
  // Two letters of one character are two places, though they stand at the same units.
  expect(scan(`${"f".repeat(maxPlaces - 2)}ﬀf`)).toEqual([plain.slice(0, -1)]);
});

describe("a phrase longer than a lane", () => {
  const words = Array.from({ length: 36 }, (_, n) => `w${"abcdefgh"[n % 8]}${"klmnop"[n % 6]}`);
  const phrase = words.join(" ");

  test.each([undefined, 3])("is found wherever it begins, with %s rows", (mostRows) => {
    const terms: Term[] = [{ text: phrase }, { text: words.slice(0, 34).join(" ") }, { text: "wbl", boundary: "any" }];
    const leads = Array.from({ length: 60 }, (_, n) => "q ".repeat(7 * n));
    for (const after of ["", "\u0301", "x", " ", " q".repeat(200)]) {
      agree(
        terms,
        leads.map((lead) => lead + phrase + after),
        { once: true, mostRows },
      );
    }
  });
});
