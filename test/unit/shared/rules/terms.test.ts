import { ruleLimits } from "@overt/shared/rules/limits.ts";
import type { TermMatcher } from "@overt/shared/rules/matchers.ts";
import { buildTermRules, listTerms } from "@overt/shared/rules/terms.ts";
import { buildTermIndex } from "@overt/shared/rules/text/index.ts";
import { unicodeTables } from "@overt/shared/rules/unicode/tables.ts";
import { describe, expect, test } from "vitest";
import { terms } from "./support.ts";

function rulesOf(...matchers: readonly TermMatcher[]) {
  const tables = unicodeTables();
  const all = matchers.flatMap((matcher) => listTerms(matcher).flatMap(([, list]) => list));
  return buildTermRules(matchers, buildTermIndex(all, tables), tables);
}
/** What one rule says of a text: the term found, or why none is. */
function judge(matcher: TermMatcher, text: string): string {
  const finding = rulesOf(matcher).judge(text, 0);
  return typeof finding === "string" ? finding : `${finding.text} ${finding.start}-${finding.end}`;
}

describe("why a text does not satisfy a rule's terms", () => {
  const two: TermMatcher = { any: terms("red", "blue", "RED"), minDistinct: 2, unless: terms("wine"), unlessWords: 1 };
  test.each([
    ["nothing of it stands there", two, "green", "no-term"],
    ["only a clearing word does", two, "wine", "no-term"],
    ["one term twice is one term, in whatever case", two, "red and Red", "too-few-terms"],
    ["there are enough, and a clearing word takes one away", two, "red wine and some more words then blue", "cleared"],
    ["there are exactly enough, and none is cleared", two, "red and blue", "red 0-3"],
    [
      "without a reach, a clearing word clears from anywhere",
      { any: terms("red"), unless: terms("wine") },
      "red, and much later wine",
      "cleared",
    ],
    [
      "a pair where its second is cleared is no pair",
      { near: { first: terms("meet"), second: terms("tonight"), words: 9 }, unless: terms("not"), unlessWords: 1 },
      "meet me at ten or later, not tonight",
      "not-near",
    ],
    [
      "a pair of which nothing is cleared",
      { near: { first: terms("meet"), second: terms("tonight"), words: 9 }, unless: terms("not"), unlessWords: 1 },
      "meet me tonight, and do so well before it is not",
      "meet 0-4",
    ],
    [
      "any holds and near does not",
      { any: terms("red"), near: { first: terms("meet"), second: terms("tonight"), words: 1 } },
      "red meet",
      "not-near",
    ],
    [
      "near holds and any does not",
      { any: terms("red"), near: { first: terms("meet"), second: terms("tonight"), words: 1 } },
      "meet tonight",
      "no-term",
    ],
  ] as const)("%s", (_, matcher, text, said) => {
    expect(judge(matcher as unknown as TermMatcher, text)).toBe(said);
  });
});

describe("which term a finding names", () => {
  test("of terms that begin at one place, the longest", () => {
    expect(judge({ any: terms("blue", "blue widget") }, "a blue widget")).toBe("blue widget 2-13");
    expect(judge({ any: terms("blue widget", "blue") }, "a blue widget")).toBe("blue widget 2-13");
  });

  test("of terms at the same place, the one that the rule lists first", () => {
    expect(judge({ any: terms("RED", "red") }, "red")).toBe("RED 0-3");
    expect(judge({ any: terms("red", "RED") }, "red")).toBe("red 0-3");
  });
});

describe("the terms that stand in a text, for whoever asks why", () => {
  const rules = rulesOf(
    { any: terms("blue", "red"), unless: terms("wine") },
    { near: { first: terms("red"), second: terms("wine"), words: 1 } },
  );

  test("are all of the rule's and none of another's, by place, each with its part in the rule", () => {
    expect(rules.listStanding("red wine, blue red", 0)).toEqual([
      { role: "any", text: "red", start: 0, end: 3 },
      { role: "unless", text: "wine", start: 4, end: 8 },
      { role: "any", text: "blue", start: 10, end: 14 },
      { role: "any", text: "red", start: 15, end: 18 },
    ]);
    expect(rules.listStanding("red wine", 1)).toEqual([
      { role: "first", text: "red", start: 0, end: 3 },
      { role: "second", text: "wine", start: 4, end: 8 },
    ]);
  });

  test("are those of the text asked about, whatever was read before it", () => {
    rules.scan("red blue");
    expect(rules.listStanding("wine", 0)).toEqual([{ role: "unless", text: "wine", start: 0, end: 4 }]);
    expect(rules.judge("green", 0)).toBe("no-term");
    expect(rules.listStanding("green", 0)).toEqual([]);
  });
});

test.each(Object.entries({ a: "4@", b: "8", e: "3", g: "9", i: "1!|l", o: "0", s: "5$", t: "7+", z: "2" }))(
  "where digits may be letters, %s is also written %s",
  (letter, signs) => {
    const index = buildTermIndex([{ text: `x${letter}q`, digits: true }], unicodeTables());
    for (const sign of `${letter}${signs}`) {
      index.scan(`x${sign}q`);
      expect(index.hits.count).toBeGreaterThan(0);
      index.scan(`x${sign}${sign}q`);
      expect(index.hits.count).toBe(0);
    }
    index.scan(`x6q x${letter === "a" ? "b" : "a"}q`);
    expect(index.hits.count).toBe(0);
  },
);

describe("terms that cannot be looked for", () => {
  // Becomes 18 characters, the gaps between its four words among them.
  const long = "\ufdfa".repeat(22);
  test.each([
    ["nothing but signs", { text: "-- !" }, "A term has no letter, digit or emoji."],
    [
      "two letters to be set apart",
      { text: "ab", spaced: true as const },
      "A spaced term needs three letters or more.",
    ],
    [
      "401 characters once they are spelled out",
      { text: `${long}abcde` },
      "A term is too long once it is spelled out.",
    ],
  ])("%s", (_, term, message) => {
    expect(() => buildTermIndex([term], unicodeTables())).toThrow(
      expect.objectContaining({ code: "RULE_REFUSED", message }),
    );
  });

  test("a set of terms with more different characters than there are numbers", () => {
    const write = (count: number) =>
      Array.from({ length: count / 300 }, (_, i) => ({
        text: String.fromCodePoint(...Array.from({ length: 300 }, (_, k) => 0x4e00 + 300 * i + k)),
      }));
    expect(() => buildTermIndex(write(18_000), unicodeTables())).toThrow(
      expect.objectContaining({
        code: "RULE_REFUSED",
        message: "The terms of the rule set use too many different characters.",
      }),
    );
    const index = buildTermIndex(write(15_000), unicodeTables());
    index.scan(write(15_000).at(-1)?.text as string);
    expect(index.hits.count).toBe(1);
  });

  test("one more than may end in one another", () => {
    const write = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ text: "a".repeat(i + 1), boundary: "any" as const }));
    const most = ruleLimits.nestedTerms;
    expect(() => buildTermIndex(write(most + 1), unicodeTables())).toThrow(
      expect.objectContaining({ code: "RULE_REFUSED", message: "Too many terms end in one another." }),
    );
    const index = buildTermIndex(write(most), unicodeTables());
    index.scan("a".repeat(most));
    expect(index.hits.count).toBe((most * (most + 1)) / 2);
  });

  test("one that is just long enough, or just short enough, is found", () => {
    const index = buildTermIndex([{ text: "abc", spaced: true }, { text: `${long}abcd` }], unicodeTables());
    index.scan("a b c");
    expect(index.hits.count).toBe(1);
    index.scan(`${long}abcd`);
    expect(index.hits.count).toBe(1);
  });
});
