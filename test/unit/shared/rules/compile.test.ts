import { PolicyError } from "@overt/shared/errors.ts";
import { describe, expect, test } from "vitest";
import { engineOf, hostsRule, rule, ruleSet, terms, termsRule } from "./support.ts";

describe("compile", () => {
  test.each<[string, unknown[], Record<string, unknown>, string]>([
    ["another Unicode version", [], { unicode: "9.0" }, "RULE_REFUSED"],
    ["two rules of one id", [hostsRule("a", ["a.test"]), hostsRule("a", ["b.test"])], {}, "RULE_REFUSED"],
    [
      "a list nobody carries",
      [rule("a", { signal: "navigation", hosts: { names: [], lists: ["x"] } })],
      {},
      "RULE_REFUSED",
    ],
    ["a term of punctuation only", [termsRule("a", { any: terms("!!!") })], {}, "RULE_REFUSED"],
  ])("%s refuses the whole set", (_, rules, fields, code) => {
    expect(() => engineOf([hostsRule("good", ["good.test"]), ...rules], fields)).toThrow(
      expect.objectContaining({ code, constructor: PolicyError }),
    );
  });

  test("a list that is not there refuses the set", () => {
    const hosts = { names: [], lists: ["x"] };
    const lists = [{ id: "x", target: "lists/x.bin", sha256: "0".repeat(64), entries: 1, sensitive: false }];
    const build = () => engineOf([rule("a", { signal: "navigation", hosts })], { lists });
    expect(build).toThrow(expect.objectContaining({ code: "MISSING_LIST" }));
  });
});

describe("the schema is closed", () => {
  test.each<[string, Record<string, unknown>]>([
    ["an unknown field", hostsRule("a", ["a.test"], { regex: "x" })],
    ["a matcher of another signal", hostsRule("a", ["a.test"], { terms: { any: terms("x") } })],
    ["no matcher", rule("a", { signal: "navigation" })],
    ["a host with a scheme", hostsRule("a", ["https://a.test"])],
    ["a host in capitals", hostsRule("a", ["A.test"])],
    ["a sentence as category", hostsRule("a", ["a.test"], { category: "Not an id" })],
    ["a signal that does not exist", rule("a", { signal: "camera", hosts: { names: ["a.test"], lists: [] } })],
    [
      "no counter-example",
      hostsRule("a", ["a.test"], { examples: { match: [{ url: "https://a.test" }], noMatch: [] } }),
    ],
    ["too many wildcards", rule("a", { signal: "navigation", paths: ["*/a*b*c*d*e*f*g*h*i*j"] })],
  ])("%s is refused", (_, one) => {
    expect(() => ruleSet([one])).toThrow();
  });
});
