import type { TermMatcher } from "@overt/shared/rules/matchers.ts";
import { buildTermRules } from "@overt/shared/rules/terms.ts";
import { buildTermIndex } from "@overt/shared/rules/text/index.ts";
import { WordCounter } from "@overt/shared/rules/text/words.ts";
import { type UnicodeTables, unicodeTables } from "@overt/shared/rules/unicode/tables.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { countWordsBetween } from "../reference/text.ts";

const tables = unicodeTables();

/** Tables that count how often a character is folded: what counting words costs. */
function counting(): { tables: UnicodeTables; folds: () => number } {
  let folds = 0;
  const fold: UnicodeTables["fold"] = (code, out) => {
    folds++;
    tables.fold(code, out);
  };
  return { tables: { ...tables, fold }, folds: () => folds };
}

describe("words between two places", () => {
  test("are those the reference counts, wherever the places lie", () => {
    const piece = fc.constantFrom("a", "bc", " ", ", ", "赌", "🎰", "½", "é", "e\u0301", "\u200b", "가", "x1", "-");
    const text = fc.array(piece, { maxLength: 20 });
    fc.assert(
      fc.property(text, fc.nat(20), fc.nat(20), (parts, a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)].map((n) => parts.slice(0, n).join("").length) as [
          number,
          number,
        ];
        const whole = parts.join("");
        const counted = new WordCounter(whole, whole.length, tables).countBetween(from, to);
        const expected = countWordsBetween(whole, from, to);
        // Within one word the answer is one or none, and no rule asks for less than one.
        if (expected > 0) expect(counted).toBe(expected);
        else expect(counted).toBeLessThanOrEqual(1);
      }),
      { numRuns: Number(process.env["PROPERTY_RUNS"] ?? 10_000) / 5 },
    );
  });

  test("cost one pass over the text, however many places ask for them", () => {
    const letters = [..."abcdefghij"];
    const any = (texts: readonly string[]) => texts.map((one) => ({ text: one, boundary: "any" as const }));
    const matcher: TermMatcher = {
      near: { first: any(letters), second: any(["z"]), words: 50 },
      unless: any(["y"]),
      unlessWords: 50,
    };
    // Every place of `first` looks over the same wide gap at the one place of `second`.
    const text = `${letters.join("").repeat(200)}${" ".repeat(200_000)}z${" ".repeat(200_000)}y`;
    const counted = counting();
    const rules = buildTermRules(
      [matcher, matcher, matcher],
      buildTermIndex(
        [...letters, "z", "y"].map((one) => ({ text: one, boundary: "any" as const })),
        tables,
      ),
      counted.tables,
    );
    const before = counted.folds();
    expect(rules.scan(text)).toBeGreaterThan(1_000);
    rules.judgeScanned(
      text,
      () => true,
      () => undefined,
    );
    expect(counted.folds() - before).toBeLessThanOrEqual(text.length);
  });
});
