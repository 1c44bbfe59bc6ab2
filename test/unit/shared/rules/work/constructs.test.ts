import { isWithinHours } from "@overt/shared/rules/hours.ts";
import { ruleLimits } from "@overt/shared/rules/limits.ts";
import type { Schedule } from "@overt/shared/rules/matchers.ts";
import { PathIndex } from "@overt/shared/rules/path-index.ts";
import { type CompiledPath, compilePath, matchesPieces } from "@overt/shared/rules/paths.ts";
import { buildTermIndex } from "@overt/shared/rules/text/index.ts";
import { buildNeighbours, type Place } from "@overt/shared/rules/text/neighbours.ts";
import { unicodeTables } from "@overt/shared/rules/unicode/tables.ts";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { engineOf, hostsRule, noon, terms, termsRule, title, visit } from "../support.ts";

// Each counts what is done, not how long it takes: the figures are the same on any machine.
const many = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));

describe("near and unless", () => {
  const place = fc
    .tuple(fc.nat(300), fc.integer({ min: 1, max: 9 }))
    .map(([start, size]) => ({ start, end: start + size }));

  test("ask for the words on either side of a place once, however many places there are", () => {
    fc.assert(
      fc.property(fc.array(place, { maxLength: 60 }), place, (places: Place[], one) => {
        let asked = 0;
        const { isNear, touches } = buildNeighbours(places, 3, () => {
          asked++;
          return Number.POSITIVE_INFINITY;
        });
        isNear(one);
        expect(asked).toBeLessThanOrEqual(2);
        touches(one);
        expect(asked).toBeLessThanOrEqual(4);
      }),
    );
  });
});

describe("many terms at one place", () => {
  test("of one term no more places are kept than its readings have room for, however often it stands there", () => {
    const options = [
      {},
      { lookalikes: true },
      { digits: true },
      { spaced: true, lookalikes: true, digits: true },
    ] as const;
    const list = options.flatMap((option) =>
      terms("red", "blue").map((term) => ({ ...term, ...option, boundary: "any" as const })),
    );
    const index = buildTermIndex(list, unicodeTables());
    const readings = 3;
    for (const text of ["redblue ".repeat(20_000), "r e d b l u e ".repeat(10_000), "red".repeat(50_000)]) {
      index.scan(text);
      expect(index.hits.count).toBeGreaterThan(0);
      expect(index.hits.count).toBeLessThanOrEqual(256 * readings * list.length);
    }
  });

  test("a rule is judged over the places kept: minimum distinct terms read each once", () => {
    const words = many(20, (i) => `w${"abcdefghijklmnopqrst"[i]}`);
    const engine = engineOf([termsRule("many", { any: terms(...words), minDistinct: 20 })]);
    const forms = vi.spyOn(Set.prototype, "add");
    engine.match(title(`${words.join(" ")} `.repeat(2_000)), noon);
    const added = forms.mock.calls.length;
    forms.mockRestore();
    expect(added).toBeGreaterThan(0);
    expect(added).toBeLessThanOrEqual(256 * words.length);
  });
});

describe("path patterns", () => {
  const piece = fc.string({ unit: fc.constantFrom("a", "b", "/"), maxLength: 6 });

  test("no pattern is asked twice about one text, and each by as many searches as it has pieces", () => {
    const pattern = fc
      .array(piece, { minLength: 1, maxLength: ruleLimits.pathWildcards })
      .map((list) => `*/${list.join("*")}`);
    const text = fc.string({ unit: fc.constantFrom("a", "b", "/"), maxLength: 400 });
    fc.assert(
      fc.property(fc.uniqueArray(pattern, { maxLength: 40 }), text, (sources, path) => {
        const patterns = sources.map(compilePath);
        let asked: number[] = [];
        const index = new PathIndex({
          length: patterns.length,
          at: (number: number) => {
            asked.push(number);
            return patterns[number] as CompiledPath;
          },
        });
        asked = [];
        index.findMatching(path);
        expect(new Set(asked).size).toBe(asked.length);
      }),
      { numRuns: 300 },
    );
  });

  test("wildcards never go back: what is searched of a text is at most its length", () => {
    fc.assert(
      fc.property(fc.array(piece, { minLength: 2, maxLength: 9 }), fc.nat(200), (pieces, size) => {
        const text = `${pieces[0]}${"ab/".repeat(size)}a`;
        const search = vi.spyOn(String.prototype, "indexOf");
        matchesPieces(pieces, text);
        const calls = search.mock.calls.map(([, from]) => from as number);
        search.mockRestore();
        expect(calls.length).toBeLessThanOrEqual(pieces.length);
        expect(calls).toEqual([...calls].sort((a, b) => a - b));
        expect(calls.every((from) => from <= text.length)).toBe(true);
      }),
    );
  });

  test("the work of wildcards is the same wherever they fail: no pattern makes a text be searched more than once for a piece", () => {
    const pieces = ["/", ...many(ruleLimits.pathWildcards, () => "aaaab")];
    const search = vi.spyOn(String.prototype, "indexOf");
    expect(matchesPieces(pieces, `/${"a".repeat(ruleLimits.urlUnits)}`)).toBe(false);
    const calls = search.mock.calls.length;
    search.mockRestore();
    expect(calls).toBe(1);
  });
});

describe("schedules", () => {
  test("each span of a rule is read once, and there are few", () => {
    let reads = 0;
    const span = (): Schedule => ({
      days: [1],
      get from() {
        reads++;
        return "01:00";
      },
      to: "02:00",
    });
    expect(isWithinHours(many(ruleLimits.schedules, span), noon)).toBe(false);
    expect(reads).toBe(ruleLimits.schedules);
  });
});

describe("wrappers", () => {
  test("one address within another within another is two pages, not as many as there are wrappers", () => {
    const wrappers = many(ruleLimits.wrappers, (i) => ({
      id: `w${i}`,
      kind: "redirect",
      hosts: [`go${i}.test`],
      path: "/",
      inner: { from: "parameter", names: ["u"] },
    }));
    const engine = engineOf(
      [
        hostsRule(
          "all",
          many(ruleLimits.wrappers, (i) => `go${i}.test`),
        ),
      ],
      { wrappers },
    );
    let address = "https://end.test/";
    for (let i = 0; i < 40; i++) address = `https://go${i}.test/?u=${encodeURIComponent(address)}`.slice(0, 8_000);
    const parse = vi.spyOn(URL, "parse");
    const observation = visit(address);
    expect(engine.collect(observation, noon).map(({ page }) => page.destination?.host)).toEqual([
      "go39.test",
      "go38.test",
    ]);
    // The address itself, and the one in it.
    expect(parse.mock.calls.length).toBeLessThanOrEqual(2);
    parse.mockRestore();
  });
});
