import { readAscii } from "@overt/shared/rules/text/read-ascii.ts";
import fc from "fast-check";
import { expect, test, vi } from "vitest";

const numRuns = Math.min(Number(process.env["PROPERTY_RUNS"] ?? 500), 5_000);

// First: how much room there is depends on the texts before.
test("is not misled by a text that fills its room with the bytes of fewer characters", () => {
  for (const units of [4_096, 10_000, 20_000]) {
    readAscii("x".repeat(units / 2));
    const text = `${"x".repeat(100)}\u00e9${"x".repeat(units - 101)}`;
    expect(readAscii(text)).toBeUndefined();
  }
});

test("gives the characters of a text in ASCII, and nothing for a text with any other in any place", () => {
  const one = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom("", "\u00e9", "\u0800", "\ud83d\ude00", "\ud83d", "\udc00") },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 2 }) },
  );
  // Lengths about those at which room is made anew.
  const length = fc.oneof(fc.nat(200), fc.integer({ min: 4_090, max: 4_100 }), fc.integer({ min: 8_180, max: 8_200 }));
  fc.assert(
    fc.property(length, fc.nat(), one, (units, place, other) => {
      const at = place % (units + 1);
      const text = `${"a~\u0000Z".repeat(units / 4 + 1).slice(0, at)}${other}${"xyz ".repeat(units / 4 + 1).slice(0, units - at)}`;
      const bytes = readAscii(text);
      const isAscii = [...text].every((character) => character < "\u0080");
      expect(bytes !== undefined).toBe(isAscii);
      if (bytes !== undefined) {
        expect(Buffer.from(bytes.subarray(0, text.length)).toString("latin1")).toBe(text);
      }
    }),
    { numRuns },
  );
});

test("a text that shows in its first 64 characters that it is not in ASCII is not brought into bytes", () => {
  const encode = vi.spyOn(TextEncoder.prototype, "encodeInto");
  const isEncoded = (text: string) => {
    encode.mockClear();
    readAscii(text);
    return encode.mock.calls.length === 1;
  };
  expect(isEncoded(`${"x".repeat(63)}\u0080`)).toBe(false);
  expect(isEncoded(`${"x".repeat(63)}\u0080${"x".repeat(100)}`)).toBe(false);
  expect(isEncoded("\u00e9")).toBe(false);
  expect(isEncoded(`${"x".repeat(64)}\u0080`)).toBe(true);
  expect(isEncoded("\u007f".repeat(70))).toBe(true);
  encode.mockRestore();
});

test("the room for bytes is kept from text to text", () => {
  const room = readAscii("abc");
  expect(readAscii("de")).toBe(room);
  const wider = readAscii("x".repeat((room as Uint8Array).length));
  expect(wider).not.toBe(room);
  expect((wider as Uint8Array).length).toBe(2 * (room as Uint8Array).length);
  expect(readAscii("fg")).toBe(wider);
});
