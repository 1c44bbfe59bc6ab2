import { complex, expanded } from "@overt/shared/rules/text/alphabet.ts";
import { FormReader, gapCharacter, maxMarks, mostFolded } from "@overt/shared/rules/text/form-reader.ts";
import { CodePoints } from "@overt/shared/rules/unicode/code-points.ts";
import { characterType, unicodeTables } from "@overt/shared/rules/unicode/tables.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { plainForm } from "./reference/text.ts";

const numRuns = Math.min(Number(process.env["PROPERTY_RUNS"] ?? 2_000) * 2, 100_000);
const tables = unicodeTables();

/** Letters, gaps, what is not there, and marks of several classes, so that most texts have some that are out of order. */
const pieces = fc.constantFrom(
  ..."aB 赌é-ǆ가😀½ﷺ",
  ..."\u0301\u0323\u0334\u0345\u3099\u0308\u0327\u200b\u093e".split(""),
  "\ud800",
  "  ",
);
const texts = fc.array(pieces, { maxLength: 24 }).map((list) => list.join(""));

const readForm = (text: string) =>
  new FormReader(tables, tables.fold)
    .readAll(text)
    .map((one) => (one === gapCharacter ? " " : String.fromCodePoint(one)));

function read(text: string): FormReader {
  const reader = new FormReader(tables, tables.fold);
  reader.read(text, 0, text.length, characterType.gap);
  return reader;
}

const columnsOf = ({ count, character, type, start, end }: FormReader) =>
  Array.from({ length: count }, (_, i) => [character[i], type[i], start[i], end[i]]);

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
    const rest = ["y\u0323\u0301", "é", "\u1e69\u0301\u200b\u0334", "\ufdfa赌", "का"];
    for (const lead of [0, 1, 2, 3]) {
      for (const repeated of rest) {
        const text = `${"x".repeat(1_020 + lead)}${part}${repeated.repeat(2_000)}`;
        expect(readForm(text).join("").trimEnd()).toBe(plainForm(text));
      }
    }
  });

  test("is read in two parts as in one, if the second begins with no mark that belongs to the first", () => {
    fc.assert(
      fc.property(texts, texts, (first, second) => {
        fc.pre(!/^[\p{M}\u200b]/u.test(second));
        const text = first + second;
        const [whole, before, after] = [read(text), read(first), new FormReader(tables, tables.fold)];
        after.read(text, first.length, text.length, before.last);
        expect([...columnsOf(before), ...columnsOf(after)]).toEqual(columnsOf(whole));
        expect(after.last).toBe(whole.last);
      }),
      { numRuns: numRuns / 4 },
    );
  });

  test("is read up to what is read in a faster way", () => {
    const classes = new Uint16Array(65_536).fill(expanded);
    for (const [code, of] of [
      [0x78, expanded - 1],
      [0x79, expanded + 1],
      [0x7a, complex],
    ] as const) {
      classes[code] = of;
    }
    const reader = new FormReader(tables, tables.fold);
    expect(reader.read("abyzxab", 0, 7, characterType.gap, classes)).toBe(4);
    expect(reader.count).toBe(4);
    expect(reader.read("abyzab", 1, 5, characterType.gap, classes)).toBe(5);
    expect(reader.read("x", 0, 1, characterType.gap, classes)).toBe(0);
  });

  test("says where a character is that takes two units, and where it is the first or last of its kind", () => {
    for (const [character, units] of [
      ["\ud7ff", 1],
      ["\ud800", 1],
      ["\udbff", 1],
      ["\udfff", 1],
      ["\uffff", 1],
      ["\u{10000}", 2],
      ["\u{103ff}", 2],
      ["\u{10fc00}", 2],
      ["\u{10ffff}", 2],
    ] as const) {
      const { count, end } = read(`a${character}b`);
      expect([...end.subarray(0, count)]).toEqual([1, 1 + units, 2 + units]);
    }
    // The gap between two kinds of scripts is nowhere.
    const { start, end } = read("a赌");
    expect([...start.subarray(0, 3)]).toEqual([0, 1, 1]);
    expect([...end.subarray(0, 3)]).toEqual([1, 1, 2]);
    // What is cut off is read as far as it goes.
    const reader = new FormReader(tables, tables.fold);
    expect(reader.read("a\u{10fc00}", 0, 2, characterType.gap)).toBe(2);
    expect(reader.end[1]).toBe(2);
  });

  test("takes up no more room than a reader has", () => {
    const fold = new CodePoints();
    for (const foldAs of [tables.fold, tables.foldLookalike]) {
      for (let code = 0; code <= 0x10ffff; code++) {
        fold.clear();
        foldAs(code, fold);
        const ranks = Array.from({ length: fold.length }, (_, i) => tables.rank.get(fold.at(i)));
        if (ranks.length > mostFolded) expect(ranks.length).toBeLessThanOrEqual(mostFolded);
        // After enough is read only marks are taken, and of them a bounded number.
        if ((ranks[0] ?? 0) !== 0) expect(ranks).not.toContain(0);
      }
    }
    expect(read("x".repeat(3_000)).count).toBe(1_024);
    for (const worst of ["\ufdfa赌", "é", "a\u0301\u0323", "\u1e69"]) {
      for (const lead of [1_022, 1_023]) {
        const reader = read(`${"x".repeat(lead)}${worst}${"\u0323".repeat(50)}${worst.repeat(3_000)}`);
        expect(reader.count).toBeGreaterThanOrEqual(1_024);
        expect(reader.count).toBeLessThanOrEqual(reader.character.length);
      }
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
    fc.assert(
      fc.property(texts, (text) => {
        const reader = read(text);
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
          const toCome = columnsOf(reader)
            .slice(i + 1)
            .filter(([, type, start]) => type !== characterType.gap && start === reader.start[last]);
          expect(reader.restAfter(i)).toBe(toCome.length);
        }
      }),
      { numRuns: numRuns / 4 },
    );
  });
});
