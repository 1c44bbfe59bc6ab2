import { FormReader, gapCharacter, maxMarks } from "@overt/shared/rules/text/form-reader.ts";
import { characterType, unicodeTables } from "@overt/shared/rules/unicode/tables.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { plainForm } from "./reference/text.ts";

const numRuns = Math.min(Number(process.env["PROPERTY_RUNS"] ?? 2_000) * 2, 100_000);
const tables = unicodeTables();

/** Letters, gaps, what is not there, and marks of several classes, so that most texts have some that are out of order. */
const pieces = fc.constantFrom(
  ..."aB 赌é-ǆ가😀",
  ..."\u0301\u0323\u0334\u0345\u3099\u0308\u0327\u200b\u093e".split(""),
  "\ud800",
  "  ",
);
const texts = fc.array(pieces, { maxLength: 24 }).map((list) => list.join(""));

const readForm = (text: string) =>
  new FormReader(tables, tables.fold)
    .readAll(text)
    .map((one) => (one === gapCharacter ? " " : String.fromCodePoint(one)));

describe("the comparison form", () => {
  test("is that of the reference: marks in order, one gap between words, nothing of what is not there", () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(readForm(text).join("").trimEnd()).toBe(plainForm(text));
      }),
      { numRuns },
    );
  });

  test("of a long text is that of its parts, wherever a read ends", () => {
    const part = "e\u0301\u0323 ".repeat(3);
    for (const lead of [0, 1, 2, 3]) {
      const text = `${"x".repeat(1_020 + lead)}${part}${"y\u0323\u0301".repeat(2_000)}`;
      expect(readForm(text).join("")).toBe(plainForm(text));
    }
  });

  test("has so many marks over one character and no more, however many a text has", () => {
    const marks = (count: number) => readForm(`a${"\u0301\u0323".repeat(count)}`).length - 1;
    expect(marks(maxMarks / 2 - 1)).toBe(maxMarks - 2);
    expect(marks(maxMarks / 2)).toBe(maxMarks);
    expect(marks(2_000)).toBe(maxMarks);
    // The next character may have as many.
    expect(readForm(`${`a${"\u0301".repeat(40)}`.repeat(2)}`)).toHaveLength(2 * (maxMarks + 1));
  });

  test("says of each character where its original is, marks in order or not", () => {
    const reader = new FormReader(tables, tables.fold);
    fc.assert(
      fc.property(texts, (text) => {
        reader.read(text, 0, text.length, characterType.gap);
        for (let i = 0; i < reader.count; i++) {
          const [from, to] = [reader.start[i] as number, reader.end[i] as number];
          if (reader.type[i] === characterType.gap) continue;
          const own = String.fromCodePoint(reader.character[i] as number);
          expect(plainForm(`${reader.type[i] === characterType.extend ? "x" : ""}${text.slice(from, to)}`)).toContain(
            own,
          );
          // A character is as long as the last of its marks up to itself.
          let last = i;
          for (let k = i; k > 0 && reader.type[k] === characterType.extend; k--) {
            if ((reader.start[k - 1] as number) > (reader.start[last] as number)) last = k - 1;
          }
          expect(reader.endOf(i)).toBe(reader.end[last]);
        }
      }),
      { numRuns: numRuns / 4 },
    );
  });
});
