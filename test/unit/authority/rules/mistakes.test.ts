import { positionOf } from "@overt/scripts/authority/rules/source/problems.ts";
import { describe, expect, test } from "vitest";
import { head, readRules } from "./support.ts";

const visit = `- rule: r
  signal: navigation
  category: c-one
  reason: why
  known-failures: none known
  hosts: [a.example]
  examples: { match: ["https://a.example/"], no-match: ["https://b.test/"] }
`;
const words = visit
  .replace("navigation", "search")
  .replace("hosts: [a.example]", "terms: [one phrase]")
  .replace("https://a.example/", "one phrase");
const behaviour = `${visit}- rule: b
  category: c-one
  reason: why
  known-failures: none known
  correlation: { type: event_count, rules: [r], timespan: 1 h, condition: { gte: 3 } }
  examples: { match: [[{ rule: r, after: 0 }]], no-match: [[{ rule: r, after: 0 }]] }
`;
const swap = (text: string, from: string, to: string) => {
  const made = text.replace(from, () => to);
  if (made === text) throw new Error(`nothing to swap: ${from}`);
  return made;
};

/** What authors get wrong; line and column of the first thing that is said, and what it tells them to write. */
const mistakes: readonly (readonly [string, string, number, number, RegExp, RegExp])[] = [
  ["a tab", swap(visit, "  signal", "\tsignal"), 2, 1, /tab cannot indent/, /spaces/],
  ["no colon", swap(visit, "category: c-one", "category c-one"), 3, 3, /colon and a space/, /key: value/],
  ["a misspelled key", swap(visit, "category", "catgory"), 3, 3, /no key "catgory"/, /^category:$/],
  ["an address for a host", swap(visit, "[a.example]", '["https://A.example/x"]'), 6, 11, /a host is/, /^a\.example$/],
  ["a star before a host", swap(visit, "[a.example]", "[*.a.example]"), 6, 11, /YAML's own/, /^a\.example \(/],
  ["a port", swap(visit, "[a.example]", '["192.0.2.1:8080"]'), 6, 11, /port/, /^192\.0\.2\.1$/],
  [
    "letters beyond ASCII",
    swap(visit, "a.example]", "bücher.example]"),
    6,
    11,
    /a host is/,
    /^xn--bcher-kva\.example$/,
  ],
  ["no examples", swap(visit, / {2}examples.*\n/.exec(visit)?.[0] ?? "", ""), 1, 3, /needs "examples"/, /match/],
  ["nothing that must not match", swap(visit, ', no-match: ["https://b.test/"]', ""), 7, 13, /no-match/, /no-match/],
  [
    "another word for a severity",
    swap(visit, "reason: why", "reason: why\n  severity: critical"),
    5,
    13,
    /severity/,
    /^urgent$/,
  ],
  ["a bare number of minutes", swap(visit, "reason: why", "reason: why\n  cooldown: 30"), 5, 13, /unit/, /^30 min/],
  [
    "hours in another style",
    swap(visit, "reason: why", "reason: why\n  schedule: [10pm to 6am]"),
    5,
    14,
    /span of time/,
    /22:00/,
  ],
  ["a level for evidence", swap(visit, "reason: why", "reason: why\n  evidence: 2"), 5, 13, /evidence/, /^full$/],
  ["another word for shadow", swap(visit, "reason: why", "reason: why\n  mode: test"), 5, 9, /mode/, /^shadow$/],
  ["a budget in words", swap(visit, "reason: why", "reason: why\n  budget: ten a day"), 5, 11, /budget/, /^10 a day$/],
  ["a colon in a text", swap(visit, "reason: why", "reason: why: because"), 4, 11, /a colon and a space/, /quotes/],
  ["an open bracket", swap(visit, "[a.example]", "[a.example"), 6, 10, /not closed/, /^\]/],
  ["one space too few", swap(visit, "  category", " category"), 3, 1, /indentation/, /same number of spaces/],
  ["no dash before a rule", swap(visit, "- rule", "rule"), 1, 7, /indented more/, /"- "/],
  [
    "a list that is not there",
    swap(visit, "[a.example]", "{ lists: [nope] }"),
    6,
    20,
    /no list "nope"/,
    /lists\/nope\.txt/,
  ],
  ["a rule twice", visit + visit, 8, 9, /another rule/, /its own/],
  ["an id with capitals", swap(visit, "rule: r\n", "rule: My Rule\n"), 1, 9, /id is lower-case/, /adult-sites/],
  ["a path without a host", swap(visit, "hosts: [a.example]", "paths: [/chat/*]"), 6, 11, /a path is/, /site\.example/],
  [
    "a regular expression for a path",
    swap(visit, "hosts: [a.example]", 'paths: ["a.example/(a|b)"]'),
    6,
    11,
    /only \*/,
    /\*/,
  ],
  ["a pattern for a phrase", swap(words, "[one phrase]", '["/word.*/"]'), 6, 11, /pattern/, /boundary: start/],
  [
    "an address without a scheme",
    swap(visit, '"https://a.example/"', "a.example"),
    7,
    23,
    /never seen/,
    /^https:\/\/a\.example$/,
  ],
  ["curly quotes", swap(visit, '"https://a.example/"', "“https://a.example/”"), 7, 23, /curly/, /^"https/],
  ["hosts of a search", swap(words, "  terms", "  hosts: [a.example]\n  terms"), 6, 3, /no key "hosts"/, /terms/],
  [
    "near without a distance",
    swap(words, "[one phrase]", "{ near: { first: [a b], second: [c] } }"),
    6,
    18,
    /within/,
    /5 words/,
  ],
  [
    "more phrases than there are",
    swap(words, "[one phrase]", "{ any: [a b], at-least: 3 }"),
    6,
    34,
    /only 1 phrase$/,
    /1/,
  ],
  [
    "any and near together",
    swap(words, "[one phrase]", "{ any: [a b], near: { first: [c d], second: [e], within: 3 words } }"),
    6,
    17,
    /both/,
    /two rules/,
  ],
  [
    "no instead of nothing",
    swap(words, "[one phrase]", "[{ text: one phrase, digits: no }]"),
    6,
    39,
    /left out/,
    /true/,
  ],
  ["a key without a value", swap(visit, "hosts: [a.example]", "hosts:"), 6, 3, /no value/, /leave the key out/],
  ["a comparison that Sigma has", swap(behaviour, "gte", "eq"), 12, 75, /gte or gt/, /gte: 5/],
  ["a rule that is not there", swap(behaviour, "rules: [r]", "rules: [rr]"), 12, 45, /no alert or count rule/, /^r$/],
  [
    "another word for a field",
    swap(behaviour, "condition", "group-by: [domain], condition"),
    12,
    75,
    /a field/,
    /^registrable-domain$/,
  ],
];

describe("what authors get wrong is said with its place and what to write", () => {
  test.each(mistakes)("%s", (_, rules, line, column, message, write) => {
    const [first] = readRules(rules).problems.list();
    if (first === undefined) throw new Error("nothing was said");
    expect([first.message, first.write ?? ""]).toEqual([expect.stringMatching(message), expect.stringMatching(write)]);
    expect(positionOf(first.place)).toEqual({ line, column });
  });

  test.each(mistakes)("%s: everything that is said says what to write", (_, rules) => {
    for (const problem of readRules(rules).problems.list())
      expect(problem).toMatchObject({ write: expect.any(String) });
  });

  test("a fault of the YAML is said once, whatever follows from it", () => {
    for (const rules of [swap(visit, "  signal", "\tsignal"), swap(visit, "- rule", "rule")]) {
      expect(readRules(rules).problems.list().length).toBe(1);
    }
  });

  test.each([
    ["expires: 1 year", /no length of time/, 4, 10],
    ["expires: 300 days", /at most 180 days/, 4, 10],
    ["issued: 01/01/2026", /no date/, 3, 9],
  ])("%s", (wrong, message, line, column) => {
    const key = wrong.split(":")[0] ?? "";
    const made = head.replace(new RegExp(`${key}: .*`), wrong);
    const [first] = readRules(visit, { head: made }).problems.list();
    expect(first?.message).toMatch(message);
    expect(first && positionOf(first.place)).toEqual({ line, column });
  });

  test("an empty file is said to be empty", () => {
    expect(readRules("").problems.list()).toMatchObject([{ message: "the file is empty" }]);
    expect(readRules(visit, { head: "" }).problems.list()[0]).toMatchObject({ message: "the file is empty" });
  });

  test("brackets in quotes, comments and text are no open brackets", () => {
    const rules = swap(visit, "reason: why", 'reason: "[why"  # [ {\n  severity: low [ high');
    expect(readRules(rules).problems.list()[0]?.message).not.toMatch(/bracket/);
  });
});
