import type { Term } from "@overt/shared/rules/matchers.ts";
import { buildTermIndex } from "@overt/shared/rules/text/index.ts";
import { unicodeTables } from "@overt/shared/rules/unicode/tables.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findPlaces, type Place } from "./reference/text.ts";

const full = process.env["OVERT_FULL"] === "1";
const pieces = fc.constantFrom(
  ..."aabbccdeilmnorst  .-_'4@30!1|$5ABÀéŵŷßİıſﬁ½Ⅳ①…¨ＡбБаеорĸйΣςσ赌场网ัสก가각か゛がｶﾞあ🎰👍🇬🇧",
  ..."\u0301\u0323\u0334\u0345\u3099\u200b\u00ad\u202e\ufe0f\u034f".split(""),
  "rn",
  "👍🏽",
  "\u1100\u1161\u11a8",
  "\ud800",
  "  ",
  "x",
);
const texts = fc.array(pieces, { maxLength: 40 }).map((list) => list.join(""));
const flag = fc.constantFrom(undefined, undefined, true as const);
const term = fc
  .record({
    text: fc.array(pieces, { minLength: 1, maxLength: 5 }).map((list) => list.join("")),
    lookalikes: flag,
    digits: flag,
    spaced: flag,
    boundary: fc.constantFrom(undefined, undefined, "start" as const, "any" as const),
  })
  .map((fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Term);

function scanPlaces(text: string, terms: readonly Term[]): Place[][] {
  const index = buildTermIndex(terms, unicodeTables());
  index.scan(text);
  const found = new Map<number, Map<string, Place>>();
  const { hits } = index;
  for (let i = 0; i < hits.count; i++) {
    const place = { start: hits.start[i] as number, end: hits.end[i] as number };
    const number = hits.pattern[i] as number;
    const known = found.get(number) ?? new Map<string, Place>();
    found.set(number, known.set(`${place.start}-${place.end}`, place));
  }
  return terms.map((one) =>
    [...(found.get(index.numberOf(one))?.values() ?? [])].sort((a, b) => a.start - b.start || a.end - b.end),
  );
}

function compiles(terms: readonly Term[]): boolean {
  try {
    buildTermIndex(terms, unicodeTables());
    return true;
  } catch {
    return false;
  }
}

describe("terms against the reference", () => {
  test("every place of every term is found where the reference finds it, and nowhere else", () => {
    fc.assert(
      fc.property(fc.array(term, { minLength: 1, maxLength: 4 }), texts, (candidates, text) => {
        const terms = candidates.filter((one) => compiles([one]));
        fc.pre(terms.length > 0);
        expect(scanPlaces(text, terms)).toEqual(terms.map((one) => findPlaces(text, one)));
      }),
      { numRuns: full ? 400_000 : 6_000 },
    );
  });

  test("a text made of the terms themselves is read as the reference reads it", () => {
    fc.assert(
      fc.property(
        fc.array(term, { minLength: 1, maxLength: 3 }),
        fc.array(fc.tuple(fc.nat(2), pieces), { maxLength: 8 }),
        (candidates, parts) => {
          const terms = candidates.filter((one) => compiles([one]));
          fc.pre(terms.length > 0);
          const text = parts.map(([which, glue]) => (terms[which % terms.length] as Term).text + glue).join("");
          expect(scanPlaces(text, terms)).toEqual(terms.map((one) => findPlaces(text, one)));
        },
      ),
      { numRuns: full ? 200_000 : 4_000 },
    );
  });
});
