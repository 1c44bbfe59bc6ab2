import { decodePercent, lowerAscii, normalisePath, normaliseQuery } from "@overt/shared/rules/escapes.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const numRuns = Math.min(Number(process.env["PROPERTY_RUNS"] ?? 10_000), 1_000_000);

const slowDecode = (text: string) =>
  text.replace(/(?:%[0-9a-fA-F]{2})+/g, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run;
    }
  });
const slowLower = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

describe("percent-escapes", () => {
  // First: how much room there is depends on the texts before.
  test.each([1_023, 1_024, 1_025, 2_049, 4_097, 8_195])("are undone in a text of %i characters", (length) => {
    const text = `%C3%BC/${"Ab".repeat(length / 2)}`.slice(0, length - 6).concat("%41//Z");
    expect(text).toHaveLength(length);
    expect(decodePercent(text)).toBe(slowDecode(text));
    expect(normaliseQuery(text)).toBe(slowLower(slowDecode(text)));
    expect(normalisePath(text)).toBe(slowLower(slowDecode(text)).replace(/\/+/g, "/"));
  });

  const byte = fc.integer({ min: 0, max: 255 }).map((code) => `%${code.toString(16).padStart(2, "0")}`);
  const sound = fc
    .string({ unit: "grapheme", minLength: 1, maxLength: 3 })
    .map((text) => encodeURIComponent(text.toWellFormed()).replaceAll(/%../g, (one) => one.toLowerCase()));
  const piece = fc.oneof(
    byte,
    sound,
    fc.constantFrom(
      "%",
      "%4",
      "%zz",
      "%ED%A0%80",
      "%C0%80",
      "%F4%90%80%80",
      "%EF%BB%BF",
      "%2f",
      "/",
      "//",
      "A",
      "a",
      "%2525",
    ),
    fc.constantFrom("%F0%9F%98%80", "%E2%82", "%AC", "%c3", "%BC", "é", "\ud83d", "%e0%80%80", "%f5%80%80%80", "Ä"),
  );
  const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(""));

  test("are undone as decodeURIComponent undoes each run", () => {
    fc.assert(
      fc.property(text, (escaped) => {
        expect(decodePercent(escaped)).toBe(slowDecode(escaped));
        expect(normaliseQuery(escaped)).toBe(slowLower(slowDecode(escaped)));
        expect(normalisePath(escaped)).toBe(slowLower(slowDecode(escaped)).replace(/\/+/g, "/"));
      }),
      { numRuns },
    );
  });

  test.each([
    ["%C3%BC", "ü"],
    ["%ED%9F%BF", "\ud7ff"],
    ["%ED%A0%80", undefined],
    ["%EE%80%80", "\ue000"],
    ["%C1%BF", undefined],
    ["%C2%80", "\u0080"],
    ["%DF%BF", "\u07ff"],
    ["%E0%9F%BF", undefined],
    ["%E0%A0%80", "\u0800"],
    ["%EF%BF%BF", "\uffff"],
    ["%F0%8F%BF%BF", undefined],
    ["%F0%90%80%80", "\u{10000}"],
    ["%F1%80%80%80", "\u{40000}"],
    ["%F3%BF%BF%BF", "\u{fffff}"],
    ["%F4%8F%BF%BF", "\u{10ffff}"],
    ["%F4%90%80%80", undefined],
    ["%F5%80%80%80", undefined],
    ["%80", undefined],
    ["%BF", undefined],
    ["%C3", undefined],
    ["%C3%C3", undefined],
    ["%C3%28", undefined],
    ["%E2%82", undefined],
    ["%E2%28%A1", undefined],
    ["%E2%82%28", undefined],
    ["%F0%90%80", undefined],
    ["%F0%90%80%28", undefined],
    ["%C3%BC%FF", undefined],
    ["%41%C3", undefined],
    ["%7F", "\u007f"],
    ["%00", "\u0000"],
  ])("%s is %j", (run, character) => {
    for (const after of ["", "-", "%", "%4", "%g0", "%0g", "%/0"]) {
      expect(decodePercent(`x${run}${after}`)).toBe(`x${character ?? run}${after}`);
    }
  });

  test("are undone once", () => {
    expect(decodePercent("%2541")).toBe("%41");
    expect(normalisePath("/%252F/%2F")).toBe("/%2f/");
    expect(normaliseQuery("%2525")).toBe("%25");
  });

  test("cost as much in small broken runs as in one", () => {
    const each = (text: string) => {
      const from = performance.now();
      for (let i = 0; i < 20; i++) normaliseQuery(text);
      return performance.now() - from;
    };
    const whole = "%ff".repeat(8_000);
    const parts = "%ff-".repeat(6_000);
    const least = (text: string) => Math.min(...Array.from({ length: 5 }, () => each(text)));
    // Told by an exception for each run, it takes a hundred times as long.
    expect(least(parts)).toBeLessThan(20 * least(whole));
  });
});

test("only A to Z are made small", () => {
  expect(lowerAscii("@AZ[`az{ÄİΣ")).toBe("@az[`az{ÄİΣ");
  expect(normalisePath("/@AZ[`az{%5A%C3%84")).toBe("/@az[`az{zÄ");
  expect(normaliseQuery("@AZ[`az{")).toBe("@az[`az{");
  expect(decodePercent("%41Z")).toBe("AZ");
});
