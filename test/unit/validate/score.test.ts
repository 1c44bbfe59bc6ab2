import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileTested } from "@overt/scripts/authority/rules/commands/compile.ts";
import { buildBundleEngine, openBundle } from "@overt/scripts/authority/rules/compile.ts";
import { openCompiled } from "@overt/scripts/authority/rules/open-compiled.ts";
import { buildCorpus } from "@overt/scripts/validate/corpus/corpus.ts";
import type { Item } from "@overt/scripts/validate/corpus/item.ts";
import { ownPack, readPack } from "@overt/scripts/validate/corpus/read-pack.ts";
import { describeHtml } from "@overt/scripts/validate/report/html.ts";
import { describeReport } from "@overt/scripts/validate/report/json.ts";
import { runItem } from "@overt/scripts/validate/run/run-item.ts";
import { validate } from "@overt/scripts/validate/run/validate.ts";
import { shareOf } from "@overt/scripts/validate/score/interval.ts";
import { scoreOutcomes } from "@overt/scripts/validate/score/score.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..", "..", "..");
const example = join(root, "scripts", "authority", "example");
const engine = openCompiled(compileTested(example));
const silent = () => undefined;

const item = (expects: readonly string[], visit: string, more: Partial<Item> = {}): Item => ({
  id: visit,
  steps: [{ signal: "visit", content: visit, after: 0 }],
  start: { day: 3, minute: 720 },
  expects,
  theme: "a theme",
  isProtected: false,
  language: "en",
  spelling: "plain",
  origin: "written",
  ...more,
});

describe("shares and their intervals", () => {
  // Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])("%i of %i lies between %f and %f", (hits, of, low, high) => {
    const share = shareOf(hits, of);
    expect([share.low, share.high]).toEqual([low, high]);
  });

  test("an interval holds its share, and nothing of nothing has none", () => {
    expect(shareOf(0, 0)).toMatchObject({ value: undefined, low: 0, high: 1 });
    fc.assert(
      fc.property(fc.nat(1_000), fc.nat(1_000), (hits, more) => {
        fc.pre(hits + more > 0);
        const { value = -1, low, high } = shareOf(hits, hits + more);
        expect(low).toBeLessThanOrEqual(value);
        expect(high).toBeGreaterThanOrEqual(value);
      }),
    );
  });
});

describe("scores", () => {
  const outcomes = [
    { item: item(["adult-sites"], "https://a.test/"), matched: new Set(["adult-sites"]) },
    { item: item(["adult-sites"], "https://b.test/"), matched: new Set<string>() },
    { item: item([], "https://c.test/", { theme: "law", isProtected: true }), matched: new Set(["adult-sites"]) },
    { item: item([], "https://d.test/", { theme: "law", isProtected: true }), matched: new Set(["adult-text"]) },
    { item: item(["chat-sites"], "https://e.test/"), matched: new Set(["chat-sites", "dating-sites"]) },
  ];
  const scores = scoreOutcomes(engine.ruleSet, outcomes);
  const ofRule = (id: string) => scores.rules.find((rule) => rule.ruleId === id);

  test("each rule is held against what was made for it", () => {
    expect(ofRule("adult-sites")).toMatchObject({ found: 1, precision: { value: 0.5 }, recall: { value: 0.5 } });
    expect(ofRule("dating-sites")).toMatchObject({ found: 0, precision: { value: 0 }, recall: { value: undefined } });
    expect(scores.precision).toMatchObject({ hits: 2, of: 5 });
    expect(scores.recall).toMatchObject({ hits: 2, of: 3 });
  });

  test("a rule in shadow raises no false alert, and is wrong all the same", () => {
    expect(scores.falseAlerts).toMatchObject({ hits: 1, of: 2 });
    expect(ofRule("adult-text")?.wrong.length).toBe(1);
  });

  test("confusions tell harmless items from those made for another rule", () => {
    expect(scores.confusions).toContainEqual({ meant: undefined, matched: "adult-sites", count: 1 });
    expect(scores.confusions).toContainEqual({ meant: "chat-sites", matched: "dating-sites", count: 1 });
    expect(scores.themes.find((theme) => theme.name === "law")).toMatchObject({ isProtected: true, items: 2 });
  });

  test("a rule that the bundle does not have is named, and so is one that no item tries", () => {
    const odd = scoreOutcomes(engine.ruleSet, [
      { item: item(["no-such-rule"], "https://a.test/"), matched: new Set() },
    ]);
    expect(odd.unknownRules).toEqual(["no-such-rule"]);
    expect(odd.untried).toContain("adult-sites");
  });
});

describe("validation", () => {
  const pack = readPack(ownPack);
  const first = validate(engine, pack, "a test", silent);
  const report = describeReport(first, "example", 1);

  test("the same seed gives the same report to the byte", () => {
    const again = validate(openCompiled(compileTested(example)), readPack(ownPack), "a test", silent);
    expect(JSON.stringify(describeReport(again, "example", 1))).toBe(JSON.stringify(report));
    expect(describeHtml(again, "example", () => undefined)).toBe(describeHtml(first, "example", () => undefined));
  });

  test("no label follows the engine: with rules that match nothing the same items are missed", () => {
    const nothing = scoreOutcomes(
      engine.ruleSet,
      buildCorpus(pack, "a test").map((one) => ({ item: one, matched: new Set<string>() })),
    );
    expect(nothing.recall.value).toBe(0);
    expect(nothing.recall.of).toBe(first.scores.recall.of);
  });

  test("every rule of the example is tried, and no item is for a rule that is not there", () => {
    expect(first.scores.untried).toEqual([]);
    expect(first.scores.unknownRules).toEqual([]);
  });

  test("misses are shown", () => {
    const missed = report.mistakes.flatMap((rule) => rule.missed);
    const wrong = report.mistakes.flatMap((rule) => rule.wrong);
    expect(missed.length).toBe(first.scores.recall.of - first.scores.recall.hits);
    expect(wrong.length).toBe(first.scores.precision.of - first.scores.precision.hits);
  });

  test("binary lists and plain ones give the same answers", () => {
    const { bundle } = openBundle(example);
    if (bundle === undefined) throw new Error("the example has errors");
    const plain = buildBundleEngine(bundle);
    for (const { item: one, matched } of first.outcomes) expect(runItem(plain, one)).toEqual(matched);
  });

  test("nothing in an item becomes markup", () => {
    const sly = item(["adult-sites"], "https://a.test/<script>alert(1)</script>");
    const scores = scoreOutcomes(engine.ruleSet, [{ item: sly, matched: new Set() }]);
    const page = describeHtml({ seed: "</style><b>", outcomes: [], scores }, "x", () => "<i>");
    expect(page).not.toContain("<script");
    expect(page).not.toContain("<b>&#60;");
    expect(page).not.toMatch(/<i>|<\/style><b>/);
  });
});

test("npm run validate ends with one line of figures", () => {
  const folder = mkdtempSync(join(tmpdir(), "overt-validate-"));
  const page = join(folder, "report.html");
  const run = spawnSync(
    process.execPath,
    [join(root, "scripts", "validate", "main.ts"), "--seed", "a test", "--json", "--html", page],
    { encoding: "utf8" },
  );
  expect(run.status).toBe(0);
  const last = JSON.parse(run.stdout.trimEnd().split("\n").at(-1) ?? "");
  expect(last).toMatchObject({ seed: "a test", items: expect.any(Number), precision: expect.any(Number) });
  expect(last.rules.length).toBeGreaterThan(15);
  expect(last.rules[0]).toMatchObject({
    ruleId: expect.any(String),
    precisionInterval: [expect.any(Number), expect.any(Number)],
  });
  expect(readFileSync(page, "utf8")).toContain("<svg");
});
