import { buildAlphabet } from "@overt/shared/rules/text/alphabet.ts";
import { plainChannel, readUnits } from "@overt/shared/rules/text/channels.ts";
import { FormReader } from "@overt/shared/rules/text/form-reader.ts";
import { Locator } from "@overt/shared/rules/text/locator.ts";
import { CodePoints } from "@overt/shared/rules/unicode/code-points.ts";
import { characterType, unicodeTables } from "@overt/shared/rules/unicode/tables.ts";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";

const numRuns = Math.min(Number(process.env["PROPERTY_RUNS"] ?? 2_000) * 2, 100_000);

const tables = unicodeTables();
/** Letters that stay one, become several, or have a mark; gaps; marks; what is not there; pairs of surrogates and halves. */
const pieces = [
  ..."aBq 赌场é-ßﬁǆ가½\u{1d41a}😀",
  ..."\u0301\u0323\u3099\u0308\u200b\u093e".split(""),
  "\ud800",
  "\udc00",
  "  ",
];
const texts = fc.array(fc.constantFrom(...pieces), { maxLength: 20 }).map((list) => list.join(""));

/** The terms have a part of each piece: what no term has anything of is not counted letter by letter, since nothing is found there. */
const used = new Map<number, number>();
for (const one of pieces) {
  const out = new CodePoints();
  tables.fold(one.codePointAt(0) as number, out);
  for (let i = 0; i < out.length; i++) if (tables.type.get(out.at(i)) !== characterType.gap) used.set(out.at(i), 1);
}
const { classes } = buildAlphabet(used, 3, tables, readUnits(tables, plainChannel));
const locator = new Locator(classes, tables, tables.fold);

/** The types of what a character at a place becomes. */
function typesAt(text: string, at: number): number[] {
  const out = new CodePoints();
  tables.fold(text.codePointAt(at) as number, out);
  return Array.from({ length: out.length }, (_, i) => tables.type.get(out.at(i)));
}
const after = (text: string, at: number) => at + ((text.codePointAt(at) as number) > 0xffff ? 2 : 1);

describe("where in a text something was found", () => {
  test("begins with the character that many before the end, and ends with the last one and all its marks", () => {
    const reader = new FormReader(tables, tables.fold);
    fc.assert(
      fc.property(texts, fc.nat(40), (text, which) => {
        reader.read(text, 0, text.length, characterType.gap);
        const inPlace = Array.from({ length: reader.count }, (_, i) => ({
          type: reader.type[i] as number,
          start: reader.start[i] as number,
          end: reader.endOf(i),
        })).filter(({ type }) => type !== characterType.gap);
        const letters = inPlace.map(({ type }, i) => (type === characterType.extend ? -1 : i)).filter((i) => i >= 0);
        fc.pre(letters.length > 0);
        const first = letters[which % letters.length] as number;
        locator.locate(text, text.length, inPlace.length - first);
        expect(locator.start).toBe(inPlace[first]?.start);
        expect(locator.end).toBe(Math.max(...inPlace.slice(letters.at(-1)).map(({ end }) => end)));
      }),
      {
        numRuns,
        examples: [
          ["a\ud800", 0],
          ["\udc00a", 0],
          ["\u{1d41a}", 0],
          ["a\u0301\u0323 ", 0],
          ["a \u0301", 0],
          ["aß", 1],
        ],
      },
    );
  });

  test("is the end itself where nothing of it is there", () => {
    for (const text of ["", " ", "\u0301", "\u200b"]) {
      locator.locate(text, text.length, 1);
      expect([locator.start, locator.end]).toEqual([0, text.length]);
    }
    locator.locate("ab", 1, 0);
    expect([locator.start, locator.end]).toEqual([1, 1]);
  });
});

test("a letter is another one where the next character that is there is a mark, and only there", () => {
  fc.assert(
    fc.property(texts, fc.nat(20), fc.nat(20), (text, a, b) => {
      const from = Math.min(a, text.length);
      const to = Math.min(from + b, text.length);
      // Not between the halves of a pair: there is no letter before it.
      fc.pre(from === 0 || after(text, from - 1) === from);
      let at = from;
      while (at < to && typesAt(text, at).length === 0) at = after(text, at);
      const isMark = at < to && typesAt(text, at)[0] === characterType.extend;
      expect(locator.isExtended(text, from, to)).toBe(isMark);
    }),
    {
      numRuns,
      examples: [
        ["\u200b\u0301", 0, 2],
        ["\u200b\u{e0100}\u0301", 0, 9],
        ["\u0301", 0, 0],
        ["\u200b", 0, 1],
      ],
    },
  );
});

test("characters that have a class of their own are not folded to be looked at", () => {
  const fold = vi.fn(tables.fold);
  const counting = new Locator(classes, tables, fold);
  const text = "a Best, 赌 e";
  counting.locate(text, text.length, 7);
  expect([counting.start, counting.end]).toEqual([0, text.length]);
  for (let at = 0; at < text.length; at++) expect(counting.isExtended(text, at, text.length)).toBe(false);
  expect(fold).not.toHaveBeenCalled();
  counting.locate("a\u0301", 2, 2);
  expect(fold).toHaveBeenCalledTimes(1);
});
