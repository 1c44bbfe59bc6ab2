import { readFed } from "@overt/shared/rules/behaviour/fed.ts";
import { expect, test } from "vitest";
import { engineOf, hostsRule, noon, rule, terms, termsRule, title, visit } from "../support.ts";

test("a match is told by its rule, time, page, and the term or device that was found", () => {
  const engine = engineOf([
    hostsRule("visits", ["a.test"]),
    termsRule("titles", { any: terms("Red") }),
    rule("sticks", { signal: "device", devices: { classes: ["storage"] } }),
    rule("apps", { signal: "app", apps: [{ executable: "chat" }] }),
  ]);
  const seen = { cause: "unknown", channel: "process" } as const;
  const fed = [
    visit("https://www.a.test/"),
    title("a RED one", "https://b.test/"),
    title("red"),
    { ...seen, signal: "device", deviceClass: "storage", registered: true } as const,
    { ...seen, signal: "app", executable: "chat" } as const,
  ].flatMap((one) => engine.match(one, noon).map((match) => readFed(match, 7)));
  const none = { at: 7, host: undefined, term: undefined, device: undefined };
  expect(fed).toEqual([
    { ...none, ruleId: "visits", host: "www.a.test" },
    { ...none, ruleId: "titles", host: "b.test", term: "Red" },
    { ...none, ruleId: "titles", term: "Red" },
    { ...none, ruleId: "sticks", device: "storage" },
    { ...none, ruleId: "apps" },
  ]);
});
