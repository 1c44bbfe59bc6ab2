import { PathIndex } from "@overt/shared/rules/path-index.ts";
import { compilePath, matchesPieces } from "@overt/shared/rules/paths.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const numRuns = Math.min(Number(process.env["PROPERTY_RUNS"] ?? 1_000), 50_000);

// Few letters, so that pieces lie in one another and patterns share their beginnings; ń and ŭ share their last eight bits
// with D and m.
const piece = fc
  .array(fc.constantFrom("a", "b", "-", "/", "ab", "chat", "/live/", "ń", "ŭ", "D", "m"), { maxLength: 7 })
  .map((parts) => parts.join(""));
const pattern = fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => `*/${pieces.join("*")}`);
const text = fc.array(piece, { maxLength: 8 }).map((parts) => `/${parts.join("")}`);

const numbers = (index: PathIndex, address: string) =>
  [...index.matching.subarray(0, index.findMatching(address))].sort((a, b) => a - b);

describe("an index of path patterns", () => {
  test("finds exactly the patterns that match when each is asked, text after text", () => {
    fc.assert(
      fc.property(
        fc.array(pattern, { maxLength: 40 }),
        fc.array(text, { minLength: 1, maxLength: 6 }),
        (sources, texts) => {
          const patterns = sources.map(compilePath);
          const index = new PathIndex(patterns);
          // Texts that hold a pattern's pieces with something between them, so that many match.
          const likely = patterns.slice(0, 5).map(({ pieces }) => pieces.join("a-a"));
          for (const address of [...texts, ...likely]) {
            const right = patterns.flatMap(({ pieces }, number) => (matchesPieces(pieces, address) ? [number] : []));
            expect(numbers(index, address)).toEqual(right);
          }
        },
      ),
      { numRuns },
    );
  });

  test("asks a pattern once about a text that holds its beginning everywhere", () => {
    const long = `/${"abcdefgh".repeat(2_000)}`;
    const hang = Array.from({ length: 250 }, (_, i) => compilePath(`*/*abcdefgh*zz${i}zz*`));
    const index = new PathIndex(hang);
    index.findMatching(long);
    const from = performance.now();
    expect(index.findMatching(long)).toBe(0);
    // Asked at each of the two thousand places it would take seconds.
    expect(performance.now() - from).toBeLessThan(500);
  });

  test("refuses more patterns than it can keep apart", () => {
    const alike = (count: number) => Array.from({ length: count }, (_, i) => compilePath(`*/*abcdefgh*${i % 7}`));
    expect(new PathIndex(alike(256)).findMatching("/abcdefgh3")).toBeGreaterThan(0);
    expect(() => new PathIndex(alike(257))).toThrow(expect.objectContaining({ code: "RULE_REFUSED" }));
    const short = Array.from({ length: 257 }, () => compilePath("*/a*b"));
    expect(() => new PathIndex(short)).toThrow(expect.objectContaining({ code: "RULE_REFUSED" }));
  });

  test("keeps apart what differs behind characters that many share", () => {
    const many = Array.from({ length: 5_000 }, (_, i) => compilePath(`*/*/category/item-${i}/*`));
    const index = new PathIndex(many);
    expect(numbers(index, "/shop/category/item-4321/x")).toEqual([4_321]);
  });
});
