import { BehaviourRule } from "@overt/shared/rules/language.ts";
import { ruleLimits } from "@overt/shared/rules/limits.ts";
import { describe, expect, test } from "vitest";
import { allowRule, engineOf, hostsRule, rule } from "../support.ts";
import { behaviourFields } from "./support.ts";

const source = hostsRule("a", ["a.test"]);
const build = (fields: Record<string, unknown>, rules: readonly unknown[] = [source]) =>
  engineOf(rules, { behaviours: [behaviourFields("b", fields)] }).behaviours;

describe("behaviour rules are compiled", () => {
  test("each rule knows the behaviour rules it feeds, and those the signals they rest on", () => {
    const search = rule("s", { signal: "search", terms: { any: [{ text: "red" }] } });
    const behaviours = build({ rules: ["s", "a"] }, [source, search, hostsRule("c", ["c.test"])]);
    expect(behaviours.fedBy("a").map((one) => [one.rule.ruleId, one.signals])).toEqual([
      ["b", ["search", "navigation"]],
    ]);
    expect(behaviours.fedBy("c")).toEqual([]);
    expect(behaviours.all.length).toBe(1);
  });

  test("the order in which a set lists them decides nothing", () => {
    const behaviours = ["z", "y", "x"].map((id) => behaviourFields(id, {}));
    const ids = (list: unknown[]) =>
      engineOf([source], { behaviours: list })
        .behaviours.fedBy("a")
        .map((one) => one.rule.ruleId);
    expect(ids(behaviours)).toEqual(["x", "y", "z"]);
    expect(ids([...behaviours].reverse())).toEqual(["x", "y", "z"]);
  });

  test.each<[string, Record<string, unknown>, unknown[]]>([
    ["a rule that is not there", { rules: ["x"] }, [source]],
    ["an allow rule", { rules: ["a"] }, [allowRule("a", { hosts: { names: ["a.test"], lists: [] } })]],
    ["itself", { rules: ["b"] }, [source]],
    ["a shadow rule, and is live", {}, [hostsRule("a", ["a.test"], { mode: "shadow" })]],
  ])("one that rests on %s refuses the set", (_, fields, rules) => {
    // The rule is named: whoever wrote the set looks for it.
    const refused = { code: "RULE_REFUSED", message: expect.stringContaining("Rule b ") };
    expect(() => build(fields, rules)).toThrow(expect.objectContaining(refused));
  });

  test("a shadow behaviour rule may rest on a shadow rule", () => {
    const shadow = hostsRule("a", ["a.test"], { mode: "shadow" });
    expect(build({ mode: "shadow" }, [shadow]).fedBy("a").length).toBe(1);
  });

  test("one rule feeds a bounded number of them", () => {
    const many = (count: number) =>
      engineOf([source], { behaviours: [...Array(count).keys()].map((i) => behaviourFields(`b${i}`, {})) });
    expect(many(ruleLimits.behavioursPerRule).behaviours.fedBy("a").length).toBe(ruleLimits.behavioursPerRule);
    expect(() => many(ruleLimits.behavioursPerRule + 1)).toThrow(
      expect.objectContaining({ code: "RULE_REFUSED", message: expect.stringContaining("Rule a ") }),
    );
  });
});

describe("the schema of behaviour rules is closed", () => {
  const parses = (fields: Record<string, unknown>) => BehaviourRule.safeParse(behaviourFields("b", fields)).success;
  test("what makes sense is taken", () => {
    expect(parses({})).toBe(true);
    expect(parses({ kind: "value_count", condition: { op: "gt", count: 2, field: "host" } })).toBe(true);
    expect(parses({ kind: "temporal", rules: ["a", "c"], groupBy: ["host"] })).toBe(true);
    expect(parses({ kind: "temporal_ordered", rules: ["a", "c"] })).toBe(true);
  });
  test.each<[string, Record<string, unknown>]>([
    ["a count without a condition", { condition: undefined }],
    ["a temporal rule with a condition", { kind: "temporal", rules: ["a", "c"], condition: { op: "gte", count: 2 } }],
    ["event_count of a field", { condition: { op: "gte", count: 2, field: "host" } }],
    ["value_count of nothing", { kind: "value_count" }],
    [
      "value_count of a field that groups",
      { kind: "value_count", groupBy: ["host"], condition: { op: "gte", count: 2, field: "host" } },
    ],
    ["a temporal rule of one rule", { kind: "temporal", rules: ["a"] }],
    ["a temporal rule that groups by rule", { kind: "temporal", rules: ["a", "c"], groupBy: ["rule"] }],
    ["a rule named twice", { rules: ["a", "a"] }],
    ["a field named twice", { groupBy: ["host", "host"] }],
    ["a comparison with what did not happen", { condition: { op: "lt", count: 2 } }],
    ["a count beyond the memory", { condition: { op: "gte", count: ruleLimits.behaviourGroupMemory } }],
    ["a timespan beyond the limit", { timespanSeconds: ruleLimits.timespanSeconds + 1 }],
    ["no timespan", { timespanSeconds: undefined }],
    ["an unknown kind", { kind: "event_sum" }],
    ["an unknown field", { groupBy: ["person"] }],
  ])("%s is refused", (_, fields) => {
    expect(parses(fields)).toBe(false);
  });
});
