import { findNearest } from "@overt/scripts/authority/rules/source/nearest.ts";
import { Problems, positionOf } from "@overt/scripts/authority/rules/source/problems.ts";
import { readYaml } from "@overt/scripts/authority/rules/source/read-yaml.ts";
import { listProblems, showProblems } from "@overt/scripts/authority/rules/source/show-problems.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { head, readRules, ruleText, source, visitRule } from "./support.ts";

const runs = Number(process.env["PROPERTY_RUNS"] ?? 0) > 1_000 ? 5_000 : 300;

describe("positions", () => {
  test("line and column are those of a reader that counts one character after the other", () => {
    const piece = fc.constantFrom("a", "é", "😀", " ", "\n", "\r\n", "\r", "x: y");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.nat(40), (pieces, upTo) => {
        const before = pieces.slice(0, upTo);
        let line = 1;
        let column = 1;
        // CR followed by LF ends one line, however the pieces were put together.
        for (const character of before.join("").replaceAll("\r\n", "\n")) {
          if (character === "\n" || character === "\r") [line, column] = [line + 1, 1];
          else column++;
        }
        const start = before.join("").length;
        const text = pieces.join("");
        fc.pre(!(text[start - 1] === "\r" && text[start] === "\n"));
        expect(positionOf({ source: source(text), start, end: start })).toEqual({ line, column });
      }),
      { numRuns: runs },
    );
  });

  test("an excerpt marks the place and shows no control character", () => {
    const problems = new Problems();
    const text = "first\n\tkey: \u001b[31mred\u202e\n";
    problems.error({ source: source(text), start: 12, end: 15 }, "wrong", "this");
    const shown = showProblems(problems.list());
    expect(shown).toBe("rules/a.yaml:2:7: error: wrong\n  2 |  key: ·[31mred·\n    |       ^^^ write: this");
  });

  test("twenty are shown and the rest is counted", () => {
    const problems = new Problems();
    for (let i = 0; i < 25; i++) problems.error({ source: source("x".repeat(30)), start: i, end: i + 1 }, `wrong ${i}`);
    expect(showProblems(problems.list())).toMatch(/… and 5 more\. Mend these first\.$/);
  });
});

describe("what is wrong and what to write", () => {
  const good = `signal: navigation
category: test-category
hosts: [a.example]
examples: { match: ["https://a.example/"], no-match: ["https://b.test/"] }`;
  const swap = (from: string, to: string) => ruleText("a", good.replace(from, to));

  test("the good rule is good", () => {
    const { bundle, problems } = readRules(ruleText("a", good));
    expect(listProblems(problems.list())).toEqual([]);
    expect(bundle?.rules.map((rule) => rule.ruleId)).toEqual(["a"]);
  });

  test.each([
    ["an unknown key", swap("hosts:", "hots:"), 6, 3, /no key "hots"/, "hosts:"],
    [
      "a key of another signal",
      swap("hosts: [a.example]", "hosts: [a.example]\nterms: [x]"),
      7,
      3,
      /navigation rule has no key "terms"/,
      undefined,
    ],
    ["an unknown signal", swap("navigation", "navigate"), 4, 11, /signal "navigate" is not known/, "navigation"],
    [
      "a word that people use",
      swap("category:", "severity: critical\ncategory:"),
      5,
      13,
      /severity "critical"/,
      "urgent",
    ],
    [
      "a host with a scheme",
      swap("[a.example]", "[https://A.example/x]"),
      6,
      11,
      /lower case, without scheme/,
      "a.example",
    ],
    ["a host in other letters", swap("[a.example]", "[bücher.example]"), 6, 11, /lower case/, "xn--bcher-kva.example"],
    [
      "a duration without unit",
      swap("category:", "cooldown: 30\ncategory:"),
      5,
      13,
      /needs its unit/,
      "30 min (or s, h, days, weeks)",
    ],
    ["a budget in words", swap("category:", "budget: many\ncategory:"), 5, 11, /number of alerts a day/, "10 a day"],
    [
      "a list that is not there",
      swap("[a.example]", "{ lists: [adlt] }"),
      6,
      20,
      /no list "adlt"/,
      "a file lists/adlt.txt",
    ],
    ["no examples", ruleText("a", good.split("\n").slice(0, 3).join("\n")), 1, 3, /needs "examples"/, undefined],
    ["a repeated key", swap("category:", "category: one\ncategory:"), 6, 3, /"category" stands here twice/, "it once"],
    ["a tab", swap("category:", "\tcategory:"), 5, 3, /tab cannot indent|indentation/, undefined],
    ["an alias", swap("[a.example]", "*x"), 6, 10, /.+/, undefined],
    ["a tag", swap("[a.example]", "!!set [a.example]"), 6, 16, /tags are not read/, undefined],
    ["a category in capitals", swap("test-category", "Adult"), 5, 13, /category is lower-case/, "adult-content"],
    ["an id with a blank", ruleText("an id", good), 1, 9, /id is lower-case/, "adult-sites"],
    [
      "a schedule in other words",
      swap("category:", "schedule: at night\ncategory:"),
      5,
      13,
      /no span of time/,
      "weekdays 22:00-06:00, or Sat, Sun 00:00-24:00",
    ],
    [
      "a second rule of the same id",
      `${ruleText("a", good)}${ruleText("a", good)}`,
      8,
      9,
      /another rule "a"/,
      "an id of its own",
    ],
  ] as const)("%s", (_name, text, line, column, message, write) => {
    const { bundle, problems } = readRules(text);
    expect(bundle).toBeUndefined();
    const [first] = listProblems(problems.list().filter((one) => one.kind === "error"));
    expect(first).toMatchObject({ file: "rules/a.yaml", line, column });
    expect(first?.message).toMatch(message);
    if (write !== undefined) expect(first?.write).toBe(write);
  });

  test("several mistakes are told at once", () => {
    const { problems } = readRules(`${swap("hosts:", "hots:")}${swap("navigation", "navigate")}`, {
      head: head.replace("version: 1", "version: none"),
    });
    const files = new Set(listProblems(problems.list()).map((one) => one.file));
    expect(files).toEqual(new Set(["bundle.yaml", "rules/a.yaml"]));
    expect(problems.list().length).toBeGreaterThanOrEqual(3);
  });

  test("limits are said at the place where they are passed", () => {
    const hosts = Array.from({ length: 2_001 }, (_, i) => `h${i}.example`).join(", ");
    const { problems } = readRules(swap("[a.example]", `[${hosts}]`));
    const [first] = listProblems(problems.list());
    expect(first).toMatchObject({ line: 6, column: 10 });
    expect(first?.message).toMatch(/at most 2000 entries/);
  });

  test("a behaviour that is live on a rule in shadow is refused at the name of the rule", () => {
    const { problems } = readRules(`${visitRule("visits", "a.example")}- rule: often
  reason: a reason
  known-failures: none known
  category: test-category
  mode: live
  correlation: { type: event_count, rules: [visits], timespan: 1 h, condition: { gte: 3 } }
  examples:
    match: [[{ rule: visits }, { rule: visits, after: 1 min }, { rule: visits, after: 2 min }]]
    no-match: [[{ rule: visits }]]
`);
    const [first] = listProblems(problems.list());
    expect(first).toMatchObject({ line: 13, column: 45 });
    expect(first?.message).toMatch(/in shadow/);
  });
});

describe("nearest word", () => {
  test.each([
    ["hots", "hosts"],
    ["known_failures", "known-failures"],
    ["catgeory", "category"],
    ["bananas", undefined],
  ])("%s", (written, meant) => {
    expect(findNearest(written, ["hosts", "category", "known-failures", "signal"])).toBe(meant);
  });
});

describe("hostile files", () => {
  test("no text makes the reader throw, and every problem lies within its file", () => {
    const bits = fc.constantFrom(
      "- ",
      "rule: ",
      "[",
      "]",
      "{",
      "}",
      ": ",
      "\n",
      "\n  ",
      "'",
      '"',
      "&a ",
      "*a",
      "!!x ",
      "|\n",
      "? ",
      "#",
      "\t",
      "\u0000",
      "é",
      "<<: ",
      "hosts",
      "terms: ",
    );
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 200 }),
      fc.array(bits, { maxLength: 60 }).map((parts) => parts.join("")),
      fc.tuple(fc.nat(400), fc.nat(400), fc.string({ unit: "binary", maxLength: 5 })).map(([from, length, put]) => {
        const whole = `${visitRule("a", "a.example")}${visitRule("b", "b.example")}`;
        return whole.slice(0, from) + put + whole.slice(from + length);
      }),
    );
    fc.assert(
      fc.property(text, (rules) => {
        const { bundle, problems } = readRules(rules);
        for (const { place } of problems.list()) {
          expect(place.start).toBeGreaterThanOrEqual(0);
          expect(place.start).toBeLessThanOrEqual(place.source.text.length);
          expect(place.end).toBeGreaterThanOrEqual(place.start);
        }
        showProblems(problems.list());
        expect(bundle === undefined).toBe(problems.hasErrors);
      }),
      { numRuns: runs },
    );
  });

  test.each([
    ["brackets", "[".repeat(100_000)],
    ["dashes", "- ".repeat(100_000)],
    ["indents", Array.from({ length: 400 }, (_, i) => `${" ".repeat(i)}k:`).join("\n")],
    ["question marks", "? ".repeat(100_000)],
    ["too much", "a".repeat(1024 * 1024 + 1)],
  ])("%s without end are refused before they are parsed", (_name, text) => {
    const problems = new Problems();
    expect(readYaml(source(text), problems)).toBeUndefined();
    expect(problems.list()).toHaveLength(1);
  });
});
