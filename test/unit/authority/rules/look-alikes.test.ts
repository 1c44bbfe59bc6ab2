import { adviseLookAlikes } from "@overt/scripts/authority/rules/advise-look-alikes.ts";
import { describe, expect, test } from "vitest";
import { readRules, ruleText, visitRule } from "./support.ts";

const foreign = "xn--velvrine-46g.example";
const advice = (
  rules: string,
  lists: Readonly<Record<string, string>> = {},
  protectedHosts: readonly string[] = [],
) => {
  const { bundle, problems } = readRules(rules, { lists });
  if (bundle === undefined) throw new Error(JSON.stringify(problems.list().map((one) => one.message)));
  adviseLookAlikes(bundle, protectedHosts, problems);
  return problems.list().map(({ kind, message }) => `${kind}: ${message}`);
};
const listRule = ruleText(
  "listed",
  `signal: navigation
category: test-category
hosts: { lists: [more] }
examples: { match: ["https://velvarine.example/"], no-match: ["https://other.test/"] }`,
);

describe("check points out an xn-- host that looks like", () => {
  const mine = visitRule("odd", foreign);

  test("a host that another rule names", () => {
    const said = advice(mine + visitRule("sites", "velvarine.example"));
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(
      /^advice: "xn--velvrine-46g\.example" \(velv\u0430rine\.example\) looks like velvarine\.example, which sites means/,
    );
  });

  test("a host of a list that a rule names", () => {
    expect(advice(mine + listRule, { more: "velvarine.example\n" })[0]).toMatch(
      /looks like velvarine\.example, which listed means/,
    );
  });

  test("a protected host", () => {
    expect(advice(mine, {}, ["velvarine.example"])[0]).toMatch(/looks like velvarine\.example, which is protected/);
  });

  test("and says nothing of one that looks like no other, nor of the host that is looked like", () => {
    expect(advice(mine + visitRule("sites", "quillonade.example"))).toEqual([]);
    expect(advice(visitRule("sites", "velvarine.example"), {}, ["velvarine.example"])).toEqual([]);
  });
});
