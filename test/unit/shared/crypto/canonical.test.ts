import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseUtf8, utf8 } from "@overt/shared/bytes.ts";
import { canonicalBytes, parseCanonical } from "@overt/shared/crypto/canonical.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { codeOf } from "../../../support/envelopes.ts";
import { describeVectors, readJson } from "../../../support/vectors.ts";

const parse = (text: string) => parseCanonical(utf8(text), { maxBytes: 1_000 });

describeVectors("RFC 8785 vectors", (folder) => {
  const names = ["arrays", "french", "structures", "unicode", "values", "weird"];
  test.each(names)("%s", (name) => {
    const testdata = join(folder, "jcs", "testdata");
    const expected = readFileSync(join(testdata, "output", `${name}.json`));
    const hex = readFileSync(join(testdata, "outhex", `${name}.txt`), "utf8").replaceAll(/\s/g, "");
    const actual = canonicalBytes(readJson(testdata, "input", `${name}.json`));
    expect(Buffer.from(actual).toString("hex")).toBe(hex);
    expect(Buffer.compare(actual, expected)).toBe(0);
  });
});

test("canonical bytes are a fixed point: they parse, and give themselves again", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      const bytes = canonicalBytes(value);
      const again = parseCanonical(bytes, { maxBytes: bytes.length });
      expect(parseUtf8(canonicalBytes(again))).toBe(parseUtf8(bytes));
    }),
  );
});

describe("refused: JSON in other than its one form", () => {
  test.each([
    ["a duplicate key", '{"a":1,"a":1}'],
    ["a space", '{"a": 1}'],
    ["a newline at the end", '{"a":1}\n'],
    ["keys out of order", '{"b":1,"a":1}'],
    ["1.0", "[1.0]"],
    ["1e2", "[1e2]"],
    ["minus zero", "[-0]"],
    ["an escape that is not needed", '["\\u0061"]'],
    ["an escaped slash", '["\\/"]'],
    ["an integer that JavaScript rounds", "[9007199254740993]"],
    ["a lone surrogate", '["\\ud800"]'],
    ["a lone surrogate in a key", '{"\\udc00":1}'],
  ])("%s", (_, text) => expect(codeOf(() => parse(text))).toBe("NOT_CANONICAL"));
});

describe("refused before they are read", () => {
  test.each([
    ["more bytes than allowed", utf8(`"${"x".repeat(1_000)}"`), "TOO_LARGE"],
    ["more levels than allowed", utf8("[".repeat(17) + "]".repeat(17)), "TOO_LARGE"],
    ["levels without an end", utf8("[{".repeat(400)), "TOO_LARGE"],
    ["bytes that are not UTF-8", new Uint8Array([0x22, 0xff, 0x22]), "BAD_ENCODING"],
    ["an overlong encoding", new Uint8Array([0x22, 0xc0, 0x80, 0x22]), "BAD_ENCODING"],
    ["a byte-order mark", new Uint8Array([0xef, 0xbb, 0xbf, 0x31]), "BAD_JSON"],
    ["no JSON", utf8("{a:1}"), "BAD_JSON"],
    ["nothing", new Uint8Array(), "BAD_JSON"],
    ["two values", utf8("1 2"), "BAD_JSON"],
    ["NaN", utf8("NaN"), "BAD_JSON"],
  ] as const)("%s", (_, bytes, code) => {
    expect(codeOf(() => parseCanonical(bytes, { maxBytes: 1_000 }))).toBe(code);
  });
  test("brackets inside strings are no levels", () => {
    expect(parse(`["${"[".repeat(50)}\\"${"{".repeat(50)}"]`)).toHaveLength(1);
  });
  test("16 levels are allowed", () => {
    expect(codeOf(() => parse("[".repeat(16) + "]".repeat(16)))).toBe("ok");
  });
});

describe("values that no JSON says are not written", () => {
  const cycle: unknown[] = [];
  cycle.push(cycle);
  test.each([
    ["a function", { a: () => 1 }, "NOT_CANONICAL"],
    ["undefined", undefined, "NOT_CANONICAL"],
    ["undefined in a list", [undefined], "NOT_CANONICAL"],
    ["a big integer", [1n], "NOT_CANONICAL"],
    ["a date", [new Date(0)], "NOT_CANONICAL"],
    ["bytes", new Uint8Array(2), "NOT_CANONICAL"],
    ["NaN", [Number.NaN], "NOT_CANONICAL"],
    ["infinity", [Number.POSITIVE_INFINITY], "NOT_CANONICAL"],
    ["a lone surrogate", ["\ud800"], "NOT_CANONICAL"],
    ["a cycle", cycle, "TOO_LARGE"],
  ])("%s", (_, value, code) => expect(codeOf(() => canonicalBytes(value))).toBe(code));
  test("an absent member is left out, an own __proto__ is kept", () => {
    expect(parseUtf8(canonicalBytes({ b: 1, a: undefined }))).toBe('{"b":1}');
    expect(parseUtf8(canonicalBytes(JSON.parse('{"__proto__":1}')))).toBe('{"__proto__":1}');
  });
});
