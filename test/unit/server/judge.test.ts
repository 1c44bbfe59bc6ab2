import { findRefusal, type Resolved } from "@overt/server/domain/judge.ts";
import type { MatchEvent } from "@overt/shared/protocol/event.ts";
import { describe, expect, test } from "vitest";
import { behaviourFields } from "../shared/rules/behaviour/support.ts";
import { hostsRule, rule, ruleSet } from "../shared/rules/support.ts";

const now = 1_750_000_000;
const sources = [hostsRule("a", ["a.test"]), rule("s", { signal: "search", terms: { any: [{ text: "red" }] } })];
const match = {
  kind: "match",
  ruleId: "b",
  ruleRevision: 1,
  ruleSetVersion: 1,
  clauseId: "clause-1",
  category: "test-category",
  severity: "normal",
  at: now,
} as MatchEvent;

function judge(signals: readonly string[], event = match) {
  const clause = { clauseId: "clause-1", signals, categories: ["test-category"], maxEvidence: 1 };
  const order = { caseId: 1, order: { notBefore: now - 1, notAfter: now + 1, clauses: [clause] } };
  const set = ruleSet(sources, { behaviours: [behaviourFields("b", { kind: "temporal", rules: ["a", "s"] })] });
  return findRefusal(event, { order, ruleSet: set, rulesKnown: true } as unknown as Resolved, 1, now);
}

describe("a match of a behaviour rule", () => {
  test("is taken where the clause allows every signal that the rule rests on", () => {
    expect(judge(["navigation", "search"])).toBeUndefined();
  });
  test.each([[["navigation"]], [["search"]], [[]]])("is refused where the clause allows %j only", (signals) => {
    expect(judge(signals)).toBe("RULE_WITHOUT_CLAUSE");
  });
  test("is refused in another revision than the rule set has", () => {
    expect(judge(["navigation", "search"], { ...match, ruleRevision: 2 })).toBe("UNKNOWN_RULE");
  });
});
