import { findCrowded, layOutPaths, PathIndex } from "@overt/shared/rules/path-index.ts";
import { type CompiledPath, compilePath, matchesPieces } from "@overt/shared/rules/paths.ts";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";

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

  test("finds a piece of any length wherever in a text it stands", () => {
    const letters = "/abcdefghijklmnopqrstuvwxyz";
    for (let length = 1; length <= 21; length++) {
      const piece = letters.slice(0, length);
      const sources = [piece, `${piece}*`, `/*${piece}`, `/*${piece}*`, `/*${piece.slice(1)}*`];
      const patterns = sources.map((source) => compilePath(`*${source}`));
      const index = new PathIndex(patterns);
      for (let before = 0; before < 20; before++) {
        for (let after = 0; after < 3; after++) {
          const text = `${"/-----------------------".slice(0, before)}${piece}${"+".repeat(after)}`;
          const right = patterns.flatMap(({ pieces }, number) => (matchesPieces(pieces, text) ? [number] : []));
          expect([text, numbers(index, text)]).toEqual([text, right]);
          expect(numbers(index, text.slice(0, -1 - after))).not.toContain(3);
        }
      }
    }
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
    expect(() => new PathIndex(alike(257))).toThrow(
      expect.objectContaining({ code: "RULE_REFUSED", message: expect.stringContaining("alike or too short") }),
    );
    const short = Array.from({ length: 257 }, () => compilePath("*/a*b"));
    expect(() => new PathIndex(short)).toThrow(expect.objectContaining({ code: "RULE_REFUSED" }));
  });

  test("takes what is left without the crowded patterns, and crowded are only those past the most of their kind", () => {
    const kinds = ["*/*abcdefgh*", "*/*abcdefghijkl*", "*/*zyxw*", "*/a*b", "*/c*"];
    const alike = (counts: readonly number[]) =>
      counts.flatMap((count, kind) =>
        Array.from({ length: count }, (_, i) => compilePath(`${kinds[kind]}${"0123456"[i % 7]}`)),
      );
    const refused = (patterns: readonly CompiledPath[]) => {
      try {
        new PathIndex(patterns);
        return false;
      } catch {
        return true;
      }
    };
    expect(findCrowded(alike([257, 3, 0, 0]))).toEqual([256]);
    expect(findCrowded(alike([0, 0, 0, 100, 160]))).toEqual([256, 257, 258, 259]);
    const count = fc.constantFrom(0, 1, 120, 136, 255, 256, 257, 258, 300);
    fc.assert(
      fc.property(fc.array(count, { minLength: 5, maxLength: 5 }), (counts) => {
        const patterns = alike(counts);
        const crowded = findCrowded(patterns);
        expect(crowded.length > 0).toBe(refused(patterns));
        // One for each of four kinds: the last two have no characters to be told apart by.
        const [one = 0, two = 0, three = 0, four = 0, five = 0] = counts;
        const most = [one, two, three, four + five].reduce((sum, all) => sum + Math.max(0, all - 256), 0);
        expect(crowded).toHaveLength(most);
        expect(refused(patterns.filter((_, number) => !crowded.includes(number)))).toBe(false);
      }),
      { numRuns: 30 },
    );
  });

  test("knows how many patterns are found by eight characters, by four, and by none", () => {
    const patterns = ["*/*abcdefgh*", "*/*abcdefghijkl", "*/*zyxwvuts*", "*/*abcd*", "*/*wxyz", "*/a*b"].map(
      compilePath,
    );
    const { fours, eights, always, edges } = layOutPaths(patterns);
    expect([eights.count, fours.count, [...always]]).toEqual([3, 2, [5]]);
    expect(edges).toHaveLength(2 * 16);
  });

  describe("what of the tree is read", () => {
    const long = Array.from({ length: 60 }, (_, i) => `*/*abcdefghijklmno${i}pqrstuvw*`);
    const short = Array.from({ length: 20 }, (_, i) => `*/*${"qrstuvwxyz".slice(i % 7, (i % 7) + 4)}*`);
    const patterns = [...long, ...short].map(compilePath);
    const data = layOutPaths(patterns);
    let reads = 0;
    const counted = (words: Int32Array) =>
      new Proxy(words, {
        get(target, name) {
          if (typeof name === "string" && /^[0-9]+$/.test(name)) reads++;
          return Reflect.get(target, name);
        },
      });
    const readsOf = (index: PathIndex, text: string) => {
      reads = 0;
      index.findMatching(text);
      return reads;
    };

    test("nothing, of a text that holds no beginning of a pattern", () => {
      const index = new PathIndex(patterns, { ...data, edges: counted(data.edges) });
      expect(readsOf(index, `/${"0123456789-".repeat(30)}`)).toBeLessThan(40);
      expect(readsOf(index, "/xyabcdefghijklmno7pqrstuvw")).toBeGreaterThan(0);
    });

    test("no patterns, where the text goes on otherwise than any of them", () => {
      // Its rarest characters are "ijklmno7", and "pqrs" and "tuvw" behind them.
      const text = "/ijklmno7pqrs-";
      expect(readsOf(new PathIndex(patterns, { ...data, edges: counted(data.edges) }), text)).toBeGreaterThan(4);
      const index = new PathIndex(patterns, { ...data, first: counted(data.first) });
      expect(readsOf(index, text)).toBe(0);
      expect(readsOf(index, "/abcdefghijklmno7pqrstuvw")).toBeGreaterThan(0);
    });
  });

  test("keeps apart what differs behind characters that many share", () => {
    const many = Array.from({ length: 5_000 }, (_, i) => compilePath(`*/*/category/item-${i}/*`));
    const index = new PathIndex(many);
    expect(numbers(index, "/shop/category/item-4321/x")).toEqual([4_321]);
  });

  const spell = (number: number, length: number) =>
    Array.from({ length }, (_, at) => "abcdefghijklmnop"[(number >> (4 * at)) & 15]).join("");
  /** Patterns that part at their first characters and go on alike, and an index that says which are asked. */
  const counted = (count: number, source: (i: number) => string) => {
    const patterns = Array.from({ length: count }, (_, i) => compilePath(source(i)));
    const asked: number[] = [];
    const at = (number: number) => {
      asked.push(number);
      return patterns[number] as CompiledPath;
    };
    const index = new PathIndex({ length: count, at });
    asked.length = 0;
    return { index, asked };
  };

  test.each([
    ["eight characters, and more that all have", (i: number) => `*/*${spell(i, 8)}/all/of/them*`],
    ["eight characters", (i: number) => `*/*${spell(i, 8)}*`],
    ["four characters", (i: number) => `*/*${spell(i, 4)}*`],
  ])("asks hardly any other than the one pattern that can match, where thousands have %s", (_, source) => {
    const { index, asked } = counted(4_000, source);
    for (let i = 0; i < 4_000; i++) {
      const text = source(i).replaceAll("*", "").replace("/", "/-");
      expect(numbers(index, text)).toContain(i);
    }
    // Those of others may stand across its own.
    expect(asked.length).toBeLessThan(1.1 * 4_000);
  });

  test.each([
    ["eight characters or more", (i: number) => `*/*${spell(i, 8)}/all/of/them*`],
    ["four characters", (i: number) => `*/*${spell(i, 4)}*`],
  ])("reads a text that holds none of its patterns of %s once, or little more", (_, source) => {
    const { index, asked } = counted(4_000, source);
    const text = `/${Array.from({ length: 500 }, (_, i) => `QRSTUVWXYZ${i}`).join("")}`;
    const read = vi.spyOn(String.prototype, "charCodeAt");
    expect(index.findMatching(text)).toBe(0);
    const reads = read.mock.calls.length;
    read.mockRestore();
    expect(asked).toEqual([]);
    expect(reads).toBeGreaterThanOrEqual(text.length);
    expect(reads).toBeLessThan(1.2 * text.length);
  });
});
