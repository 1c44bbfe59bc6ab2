import { buildFacts, type FactObservation } from "@overt/shared/rules/facts.ts";
import type { AlertRule } from "@overt/shared/rules/language.ts";
import { type AppMatcher, deviceClasses, indicators } from "@overt/shared/rules/matchers.ts";
import { unicodeTables } from "@overt/shared/rules/unicode/tables.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hostsRule, rule, ruleSet } from "./support.ts";

const seen = { cause: "unknown", channel: "process" } as const;
type App = Extract<FactObservation, { signal: "app" }>;

/** The facts of the rules, and the rules as they were read. */
function open(...written: readonly unknown[]) {
  const { rules } = ruleSet(written);
  return { facts: buildFacts(rules, unicodeTables()), rules: rules as readonly AlertRule[] };
}

function matchApp(apps: readonly AppMatcher[], app: Partial<App> & { readonly executable: string }) {
  const { facts, rules } = open(rule("r", { signal: "app", apps }));
  return facts.match(rules[0] as AlertRule, { ...seen, signal: "app", ...app })?.text;
}

const full = { executable: "Chat.exe", bundleId: "org.chat.App", signer: "Chat Ltd", sha256: "a".repeat(64) };
const others = { executable: "other", bundleId: "org.other", signer: "Other", sha256: "b".repeat(64) };
const fields = ["executable", "bundleId", "signer", "sha256"] as const;

describe("applications", () => {
  test("every field that the rule gives has to agree, and no other is asked about", () => {
    const asked = fc.subarray([...fields], { minLength: 1 });
    fc.assert(
      fc.property(
        asked,
        fc.subarray([...fields]),
        fc.subarray(["bundleId", "signer", "sha256"] as const),
        (by, differing, missing) => {
          const matcher = Object.fromEntries(by.map((field) => [field, full[field]])) as AppMatcher;
          const app: Record<string, unknown> = { ...full };
          for (const field of differing) app[field] = others[field];
          for (const field of missing) delete app[field];
          const found = matchApp([matcher], app as typeof full);
          expect(found !== undefined).toBe(by.every((field) => app[field] === full[field]));
        },
      ),
      { numRuns: 200 },
    );
  });

  test("what matched is named by the rule's own name, and by the file's where the rule has only a hash", () => {
    const { executable, bundleId, signer, sha256 } = full;
    expect(matchApp([{ executable, bundleId, signer }], full)).toBe("Chat.exe");
    expect(matchApp([{ bundleId, signer }], full)).toBe("org.chat.App");
    expect(matchApp([{ signer, sha256 }], full)).toBe("Chat Ltd");
    expect(matchApp([{ sha256 }], full)).toBe("Chat.exe");
  });

  test("the first application of a rule that agrees is the one", () => {
    expect(matchApp([{ executable: "other" }, { signer: "Chat Ltd" }, { executable: "chat.exe" }], full)).toBe(
      "Chat Ltd",
    );
    expect(matchApp([{ executable: "other" }, { signer: "chat ltd" }], full)).toBeUndefined();
  });

  test.each([
    ["Chat.exe", "CHAT.EXE", true],
    ["Straße.exe", "STRASSE.EXE", true],
    ["Café.exe", "CAFE\u0301.EXE", true],
    ["ŵy.exe", "Ŵy.exe", true],
    ["\u{1d402}hat", "chat", true],
    ["\u{10400}pp", "\u{10428}pp", true],
    ["\u{10400}pp", "\u{10401}pp", false],
    ["\u{1f3b0}.exe", "\u{1f3b0}.EXE", true],
    ["\u{1f3b0}.exe", "\u{1f3b1}.exe", false],
    ["a\u{1f3b0}b", "a\u{1f3b0}", false],
    ["chat", "chats", false],
    ["chats", "chat", false],
  ])("a name is compared without case, whole: %s, %s", (written, run, same) => {
    expect(matchApp([{ executable: written }], { executable: run })).toBe(same ? written : undefined);
  });

  test("a name that was longer before does not matter", () => {
    const { facts, rules } = open(rule("r", { signal: "app", apps: [{ executable: "a", bundleId: "b" }] }));
    const app = (executable: string, bundleId?: string) =>
      facts.match(rules[0] as AlertRule, { ...seen, signal: "app", executable, ...(bundleId ? { bundleId } : {}) });
    expect(app("abc", "bcd")).toBeUndefined();
    expect(app("a", "b")).toEqual({ kind: "app", text: "a" });
    expect(app("a")).toBeUndefined();
    expect(app("a", "b")).toEqual({ kind: "app", text: "a" });
  });
});

describe("devices and the system", () => {
  test.each(deviceClasses)("a device of class %s", (deviceClass) => {
    const other = deviceClasses.find((one) => one !== deviceClass) as typeof deviceClass;
    for (const declared of [undefined, true, false]) {
      const devices = { classes: [deviceClass], ...(declared === undefined ? {} : { registered: declared }) };
      const { facts, rules } = open(rule("r", { signal: "device", devices }));
      for (const registered of [true, false]) {
        const match = (one: typeof deviceClass) =>
          facts.match(rules[0] as AlertRule, { ...seen, signal: "device", deviceClass: one, registered });
        const isMeant = declared === undefined || declared === registered;
        expect(match(deviceClass)).toEqual(isMeant ? { kind: "device", text: deviceClass } : undefined);
        expect(match(other)).toBeUndefined();
      }
    }
  });

  test.each(indicators)("the indicator %s", (indicator) => {
    const other = indicators.find((one) => one !== indicator) as typeof indicator;
    const { facts, rules } = open(rule("r", { signal: "system", indicators: [indicator] }));
    const match = (one: typeof indicator) =>
      facts.match(rules[0] as AlertRule, { ...seen, signal: "system", indicator: one });
    expect(match(indicator)).toEqual({ kind: "indicator", text: indicator });
    expect(match(other)).toBeUndefined();
  });
});

test("a rule is asked about its own signal only, and listed under it only", () => {
  const observations: readonly FactObservation[] = [
    { ...seen, signal: "app", executable: "a" },
    { ...seen, signal: "device", deviceClass: "phone", registered: false },
    { ...seen, signal: "system", indicator: "vpn" },
  ];
  const { facts, rules } = open(
    rule("app", { signal: "app", apps: [{ executable: "a" }] }),
    rule("device", { signal: "device", devices: { classes: ["phone"] } }),
    hostsRule("host", ["a.test"]),
    rule("system", { signal: "system", indicators: ["vpn"] }),
  );
  for (const one of observations) {
    expect(facts.of(one.signal).map(({ ruleId }) => ruleId)).toEqual([one.signal]);
    const found = rules.filter((each) => facts.match(each, one) !== undefined);
    expect(found.map(({ ruleId }) => ruleId)).toEqual([one.signal]);
  }
});
