import { explain } from "@overt/shared/rules/explain.ts";
import type { GateVerdict } from "@overt/shared/rules/gate.ts";
import type { Observation } from "@overt/shared/rules/observation.ts";
import { describe, expect, test } from "vitest";
import { allowRule, engineOf, hostsRule, noon, rule, terms, termsRule, title, visit } from "./support.ts";

const engines = [{ id: "practice", names: ["findit"], hosts: [], paths: ["/search"], parameters: ["q"] }];
const wrappers = [
  {
    id: "translate",
    kind: "translate",
    hosts: ["translate.test"],
    path: "/show",
    inner: { from: "parameter", names: ["u"] },
  },
];
const set = engineOf(
  [
    hostsRule("wide", ["example.com"]),
    hostsRule("narrow", ["chat.example.com"]),
    rule("excepted", {
      signal: "navigation",
      category: "another-one",
      hosts: { names: ["example.com"], lists: [], unless: ["chat.example.com"] },
    }),
    rule("night", {
      signal: "navigation",
      category: "a-third",
      hosts: { names: ["example.com"], lists: [] },
      schedule: [{ days: [1], from: "01:00", to: "02:00" }],
    }),
    allowRule("ok", { hosts: { names: ["help.example.com"], lists: [] } }),
    rule("words", { signal: "search", terms: { any: terms("blue widget") } }),
    termsRule("two", { any: terms("red", "blue"), minDistinct: 2 }),
    termsRule("pair", { near: { first: terms("meet"), second: terms("tonight"), words: 1 } }),
    termsRule("cleared", { any: terms("red"), unless: terms("wine") }),
    termsRule("there", { any: terms("red") }, { hosts: { names: ["there.test"], lists: [] } }),
    hostsRule("tally", ["example.com"], { action: "count", category: "a-fourth" }),
    hostsRule("trial", ["example.com"], { mode: "shadow", category: "a-fifth" }),
    rule("stick", { signal: "device", devices: { classes: ["storage"] } }),
  ],
  { engines, wrappers },
);

function verdictsOf(observation: Observation, gate?: () => GateVerdict): Record<string, string> {
  const { rules } = explain({ engine: set, observation, local: noon, ...(gate && { gate }) });
  return Object.fromEntries(
    rules.map(({ rule: { ruleId }, verdict }) => {
      const why = "reason" in verdict ? ` ${verdict.reason}` : "";
      return [ruleId, `${verdict.kind}${why}${"by" in verdict ? ` ${verdict.by}` : ""}`];
    }),
  );
}

describe("explain", () => {
  test("says of every rule why a page makes it act or not", () => {
    expect(verdictsOf(visit("https://chat.example.com/"))).toEqual({
      wide: "beaten less-specific narrow",
      narrow: "alert",
      excepted: "missed excepted-host",
      night: "missed outside-schedule",
      ok: "missed other-page",
      words: "missed other-signal",
      two: "missed other-signal",
      pair: "missed other-signal",
      cleared: "missed other-signal",
      there: "missed other-signal",
      tally: "count",
      trial: "shadow",
      stick: "missed other-signal",
    });
    expect(verdictsOf(visit("https://help.example.com/"))).toMatchObject({
      ok: "allows",
      wide: "beaten allowed ok",
      narrow: "missed other-page",
    });
  });

  test.each([
    ["nothing of it", { two: "no-term", pair: "no-term", cleared: "no-term", there: "other-page" }],
    ["red", { two: "too-few-terms", pair: "no-term", cleared: "alert" }],
    ["meet me much later tonight, red wine", { pair: "not-near", cleared: "cleared" }],
  ])("says why the title %j satisfies no terms", (text, expected) => {
    const verdicts = verdictsOf(title(text));
    for (const [id, reason] of Object.entries(expected)) expect(verdicts[id]).toContain(reason);
  });

  test("names the page behind a wrapper and the words of a search", () => {
    const wrapped = visit("https://translate.test/show?u=https%3A%2F%2FChat.example.com%2Froom");
    const { pages, rules, matches } = explain({ engine: set, observation: wrapped, local: noon });
    expect(pages.map(({ wrapper, host }) => [wrapper, host])).toEqual([
      [undefined, "translate.test"],
      ["translate", "chat.example.com"],
    ]);
    expect(rules.find((one) => one.rule.ruleId === "narrow")).toMatchObject({ page: 1, verdict: { kind: "alert" } });
    expect(matches.map((match) => match.rule.ruleId)).toContain("narrow");
    const search = explain({ engine: set, observation: visit("https://findit.co.uk/search?q=blue+hat"), local: noon });
    expect(search.pages[0]?.searchWords).toBe("blue hat");
    expect(search.rules.find((one) => one.rule.ruleId === "words")?.verdict).toEqual({
      kind: "missed",
      reason: "no-term",
    });
  });

  test("puts a text on a wrapped page to the rules of the inner page, with both pages' allow rules", () => {
    const around = (inner: string) => `https://translate.test/show?u=${encodeURIComponent(inner)}`;
    const { pages, rules } = explain({
      engine: set,
      observation: title("red", around("https://help.example.com/")),
      local: noon,
    });
    expect(pages.map(({ wrapper, host }) => [wrapper, host])).toEqual([
      [undefined, "translate.test"],
      ["translate", "help.example.com"],
    ]);
    expect(rules.find((one) => one.rule.ruleId === "cleared")).toMatchObject({
      page: 1,
      verdict: { kind: "beaten", reason: "allowed", by: "ok" },
    });
    expect(rules.find((one) => one.rule.ruleId === "ok")).toMatchObject({ page: 1, verdict: { kind: "allows" } });
    expect(verdictsOf(title("red", around("https://elsewhere.test/")))["cleared"]).toBe("alert");
  });

  test("an allow rule of a text's page stands, with or without something to clear", () => {
    expect(verdictsOf(title("plain", "https://help.example.com/"))["ok"]).toBe("allows");
    expect(verdictsOf(title("red", "https://help.example.com/"))).toMatchObject({
      ok: "allows",
      cleared: "beaten allowed ok",
    });
    expect(verdictsOf(title("red"))["ok"]).toBe("missed other-signal");
  });

  test("the gate's answer stands where it was asked", () => {
    const page = visit("https://chat.example.com/");
    expect(verdictsOf(page, () => ({ pass: false, reason: "no-clause" }))).toMatchObject({
      narrow: "gated no-clause",
      wide: "beaten less-specific narrow",
    });
    const passed = { pass: true, clauseId: "c1", maxEvidence: 1, orderUnconfirmed: false } as const;
    const { rules } = explain({ engine: set, observation: page, local: noon, gate: () => passed });
    expect(rules.find((one) => one.rule.ruleId === "narrow")?.verdict).toEqual({
      kind: "alert",
      clauseId: "c1",
      maxEvidence: 1,
    });
  });

  test("a device says so of facts, and nothing of pages", () => {
    const stick: Observation = {
      signal: "device",
      deviceClass: "phone",
      registered: false,
      cause: "unknown",
      channel: "device",
    };
    expect(verdictsOf(stick)).toMatchObject({ stick: "missed other-fact", wide: "missed other-signal" });
    expect(verdictsOf({ ...stick, deviceClass: "storage" })["stick"]).toBe("alert");
  });
});
