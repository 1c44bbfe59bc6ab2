import { findDestination } from "@overt/shared/rules/destination.ts";
import { type PathText, readPathText } from "@overt/shared/rules/path-text.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

/** All that is told of a text, by characters of the text. */
const tell = (held: PathText) => ({
  bytes: [...held.bytes.subarray(held.from, held.to)],
  marks: [...held.marks.subarray(0, held.markCount)].map((at) => at - held.from),
  grams: Array.from({ length: held.to - held.from + 1 }, (_, at) => held.gramAt(held.from + at)),
});
const right = (text: string) => {
  const bytes = [...Array.from({ length: text.length }, (_, at) => text.charCodeAt(at) & 255)];
  const followed = [...bytes, 0, 0, 0, 0];
  return {
    bytes,
    marks: bytes.flatMap((byte, at) => (byte < 128 && /[^0-9A-Za-z]/.test(String.fromCharCode(byte)) ? [at] : [])),
    grams: Array.from(
      { length: text.length + 1 },
      (_, at) => followed.slice(at, at + 4).reduce((gram, byte) => gram * 256 + byte, 0) | 0,
    ),
  };
};

describe("the text of a path", () => {
  // First: how much room there is depends on the texts before.
  test.each([1_023, 1_024, 1_025, 2_049, 4_097, 8_195])("is told in full where it has %i characters", (length) => {
    const text = `/${"a-Z.".repeat(length)}`.slice(0, length);
    expect(tell(readPathText(text))).toEqual(right(text));
    const address = findDestination(`https://a.test${text.toLowerCase()}b`)?.pathAndQuery as string;
    expect(tell(readPathText(address))).toEqual(right(address));
  });

  const piece = fc.oneof(
    fc.constantFrom(
      "a",
      "Z",
      "0",
      "9",
      "/",
      ":",
      "@",
      "[",
      "`",
      "{",
      "é",
      "ń",
      "💥",
      "\u0000",
      "\u007f",
      "\u0100",
      "ÿ",
    ),
    fc.string({ unit: "binary", maxLength: 3 }),
  );
  const text = fc.array(piece, { maxLength: 12 }).map((pieces) => `/${pieces.join("")}`);

  test("is told alike, whatever was read before and however far", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 4 }), (pairs) => {
        for (const [one, other] of pairs) {
          expect(tell(readPathText(one))).toEqual(right(one));
          expect(tell(readPathText(one))).toEqual(right(one));
          findDestination(`https://a.test${other}`);
          expect(tell(readPathText(one))).toEqual(right(one));
          const address = findDestination(`https://a.test${other}?${one}`)?.pathAndQuery as string;
          expect(tell(readPathText(address))).toEqual(right(address));
        }
      }),
      { numRuns: 500 },
    );
  });
});
