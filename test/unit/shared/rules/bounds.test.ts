import { BehaviourRule } from "@overt/shared/rules/language.ts";
import { ruleLimits as limits } from "@overt/shared/rules/limits.ts";
import { describe, expect, test } from "vitest";
import { behaviourFields } from "./behaviour/support.ts";
import { hostsRule, rule, ruleSet, termsRule } from "./support.ts";

const many = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));
const words = (count: number) => many(count, (i) => ({ text: `word${i}` }));
const taken = (build: () => unknown) => {
  try {
    build();
    return true;
  } catch {
    return false;
  }
};
const rules = (...list: unknown[]) => taken(() => ruleSet(list));
const correlates = (fields: Record<string, unknown>) => BehaviourRule.safeParse(behaviourFields("b", fields)).success;

/** Each construct with as much of it as the number says. */
const constructs: readonly (readonly [keyof typeof limits, (size: number) => boolean])[] = [
  ["rules", (size) => rules(...many(size, (i) => hostsRule(`r${i}`, ["a.test"])))],
  [
    "hostsPerRule",
    (size) =>
      rules(
        hostsRule(
          "r",
          many(size, (i) => `h${i}.test`),
        ),
      ),
  ],
  [
    "listsPerRule",
    (size) => rules(rule("r", { signal: "navigation", hosts: { names: [], lists: many(size, (i) => `l${i}`) } })),
  ],
  ["pathsPerRule", (size) => rules(rule("r", { signal: "navigation", paths: many(size, (i) => `a.test/${i}`) }))],
  ["pathCharacters", (size) => rules(rule("r", { signal: "navigation", paths: ["a.test/".padEnd(size, "x")] }))],
  ["pathWildcards", (size) => rules(rule("r", { signal: "navigation", paths: [`a.test/x${"*x".repeat(size)}`] }))],
  ["termsPerRule", (size) => rules(termsRule("r", { any: words(size) }))],
  ["termCharacters", (size) => rules(termsRule("r", { any: [{ text: "x".repeat(size) }] }))],
  ["nearWords", (size) => rules(termsRule("r", { near: { first: words(1), second: words(1), words: size } }))],
  ["appsPerRule", (size) => rules(rule("r", { signal: "app", apps: many(size, (i) => ({ executable: `e${i}` })) }))],
  ["reasonCharacters", (size) => rules(hostsRule("r", ["a.test"], { reason: "x".repeat(size) }))],
  [
    "schedules",
    (size) =>
      rules(hostsRule("r", ["a.test"], { schedule: many(size, () => ({ days: [1], from: "01:00", to: "02:00" })) })),
  ],
  ["cooldownSeconds", (size) => rules(hostsRule("r", ["a.test"], { cooldownSeconds: size }))],
  ["budgetPerDay", (size) => rules(hostsRule("r", ["a.test"], { budgetPerDay: size }))],
  ["rulesPerBehaviour", (size) => correlates({ rules: many(size, (i) => `r${i}`) })],
  ["timespanSeconds", (size) => correlates({ timespanSeconds: size })],
  ["behaviourCount", (size) => correlates({ condition: { op: "gte", count: size } })],
  ["groupFields", (size) => correlates({ groupBy: ["host", "term", "device", "rule"].slice(0, size) })],
];

describe("each construct has its bound", () => {
  test.each(constructs)("%s", (name, holds) => {
    expect(holds(limits[name])).toBe(true);
    expect(holds(limits[name] + 1)).toBe(false);
  });
});
