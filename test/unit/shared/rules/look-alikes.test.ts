import { domainToASCII, domainToUnicode } from "node:url";
import { explain } from "@overt/shared/rules/explain.ts";
import { findLookAlikes, spellHost } from "@overt/shared/rules/look-alikes/look-alikes.ts";
import { decodePunycode } from "@overt/shared/rules/look-alikes/punycode.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { allowRule, engineOf, hostsRule, idsOf, noon, rule, terms, termsRule, title, visit } from "./support.ts";

const listed = "velvarine.example";
/** Written as people would see it; what a browser sends is its punycode. */
const lookAlikes = [
  ["Cyrillic a", "velv\u0430rine.example"],
  ["Cyrillic a and e", "v\u0435lv\u0430rin\u0435.example"],
  ["Greek nu for v", "\u03bdel\u03bdarine.example"],
  ["Armenian n", "velvari\u0578e.example"],
  ["a dotless i", "velvar\u0131ne.example"],
  ["marks over letters", "v\u00e9lvarin\u00e9.example"],
  ["one for l", "ve1varine.example"],
  ["its subdomain", "www.velv\u0430rine.example"],
  ["a look-alike ending", "velvarine.ex\u0430mple"],
] as const;
const others = [
  ["itself", listed],
  ["its subdomain", "www.velvarine.example"],
  ["a shorter name", "velvarin.example"],
  ["another ending", "velv\u0430rine.test"],
  ["a longer name", "velv\u0430rine.example.test"],
  ["what its own label only ends in", "myvelv\u0430rine.example"],
  ["an honest name in another script", "\u0431\u0438\u0431\u043b\u0438\u043e\u0442\u0435\u043a\u0430.example"],
  ["an address", "192.0.2.1"],
] as const;

describe("a look-alike of a listed host", () => {
  test.each(lookAlikes)("%s: found, spelled for people, and never matched", (_, written) => {
    const host = domainToASCII(written);
    expect(findLookAlikes(host, ["other.test", listed])).toEqual([
      { end: host.startsWith("www.") ? host.slice(4) : host, name: listed },
    ]);
    expect(spellHost(host)).toBe(written);
    expect(idsOf(engineOf([hostsRule("sites", [listed])]), visit(`https://${host}/`))).toEqual([]);
  });

  test.each(others)("%s is none", (_, written) => {
    expect(findLookAlikes(domainToASCII(written), [listed])).toEqual([]);
  });

  test("m and rn, 0 and o count as alike", () => {
    expect(findLookAlikes("rn0del.test", ["model.test"])).toEqual([{ end: "rn0del.test", name: "model.test" }]);
  });

  test("a name of two labels covers a look-alike subdomain too", () => {
    expect(findLookAlikes(domainToASCII("ch\u0430t.site.test"), ["site.test", "chat.site.test"])).toEqual([
      { end: domainToASCII("ch\u0430t.site.test"), name: "chat.site.test" },
    ]);
  });
});

describe("explain points it out", () => {
  const engine = engineOf([
    hostsRule("sites", [listed]),
    rule("part", { signal: "navigation", paths: [`${listed}/chat*`] }),
    allowRule("ok", { hosts: { names: [listed], lists: [] } }),
    termsRule("titles", { any: terms("red") }, { hosts: { names: [listed], lists: [] } }),
    hostsRule("elsewhere", ["other.test"]),
  ]);
  const host = domainToASCII("velv\u0430rine.example");
  const reasons = (observation: Parameters<typeof explain>[0]["observation"]) =>
    Object.fromEntries(
      explain({ engine, observation, local: noon }).rules.map(({ rule: { ruleId }, verdict }) => [
        ruleId,
        verdict.kind === "missed" ? verdict.reason : verdict.kind,
      ]),
    );

  test("as the reason why each rule that means the other host did not match", () => {
    expect(reasons(visit(`https://${host}/chat`))).toEqual({
      sites: "look-alike",
      part: "look-alike",
      ok: "look-alike",
      titles: "other-signal",
      elsewhere: "other-page",
    });
    expect(reasons(title("red", `https://${host}/`))).toMatchObject({
      titles: "look-alike",
      elsewhere: "other-signal",
    });
  });

  test("once for each name, with the rules that mean it, its lists, and whether it is protected", () => {
    const listedRule = rule("listed", { signal: "navigation", hosts: { names: ["other.test"], lists: ["more"] } });
    const { pages } = explain({
      engine: { ...engine, parts: { ...engine.parts, ruleSet: withRule(engine.ruleSet, listedRule) } },
      observation: visit(`https://${host}/`),
      local: noon,
      lists: new Map([
        ["more", [listed]],
        ["unused", [listed]],
      ]),
      protectedHosts: [listed, "court.test"],
    });
    expect(pages[0]?.looksLike).toEqual([
      { end: host, name: listed, rules: ["sites", "part", "ok", "titles", "listed"], isProtected: true },
    ]);
  });
});

function withRule(set: ReturnType<typeof engineOf>["ruleSet"], more: Record<string, unknown>) {
  return { ...set, rules: [...set.rules, more as (typeof set.rules)[number]] };
}

describe("reading Punycode", () => {
  const label = fc.string({ unit: fc.constantFrom(..."abc-01éßжλ中文ไทย\u0430𐍈😀"), minLength: 1, maxLength: 20 });

  test("labels come out as the platform spells them", () => {
    fc.assert(
      fc.property(label, (written) => {
        const host = domainToASCII(`${written}.test`);
        fc.pre(host !== "");
        expect(spellHost(host)).toBe(domainToUnicode(host));
      }),
    );
  });

  test("what is none is left as it is, whatever it is", () => {
    expect(decodePunycode("a.b")).toBeUndefined();
    expect(decodePunycode("99999999")).toBeUndefined();
    expect(spellHost("xn--99999999.test")).toBe("xn--99999999.test");
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."abz059-_."), maxLength: 63 }), (text) => {
        expect(spellHost(`xn--${text}`)).toBeTypeOf("string");
      }),
    );
  });
});
