import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { allowRule, engineOf, hostsRule, idsOf, noon, rule, terms, termsRule, title, visit } from "./support.ts";

const engines = [{ id: "practice", names: ["findit"], hosts: [], paths: ["/search"], parameters: ["q"] }];

describe("hosts", () => {
  const engine = engineOf([hostsRule("plain", ["example.com", "10.0.0.1"])]);

  test("a host rule covers the host and what is below it, and nothing else", () => {
    expect(idsOf(engine, visit("https://example.com/"))).toEqual(["plain"]);
    expect(idsOf(engine, visit("https://a.b.example.com:444/x?y#z"))).toEqual(["plain"]);
    expect(idsOf(engine, visit("https://notexample.com/"))).toEqual([]);
    expect(idsOf(engine, visit("https://com/"))).toEqual([]);
    expect(idsOf(engine, visit("https://example.com.test/"))).toEqual([]);
  });

  test("an address has no subdomains", () => {
    expect(idsOf(engineOf([hostsRule("plain", ["0.1"])]), visit("http://10.0.0.1/"))).toEqual([]);
    expect(idsOf(engine, visit("http://10.0.0.1/"))).toEqual(["plain"]);
  });

  test("the match names the host the rule speaks of", () => {
    const [match] = engine.match(visit("https://www.example.com/"), noon);
    expect(match?.matched).toEqual({ kind: "host", text: "example.com", start: 0, end: 0 });
    expect(match?.host).toBe("www.example.com");
  });

  test("hosts the rule does not mean are left out, but not what is wider", () => {
    const hosts = { names: ["example.com"], lists: [], unless: ["help.example.com"] };
    const narrowed = engineOf([rule("r", { signal: "navigation", hosts })]);
    expect(idsOf(narrowed, visit("https://www.example.com/"))).toEqual(["r"]);
    expect(idsOf(narrowed, visit("https://a.help.example.com/"))).toEqual([]);
  });
});

describe("paths", () => {
  const engine = engineOf([
    rule("watch", { signal: "navigation", paths: ["example.com/watch*"] }),
    rule("anywhere", { signal: "navigation", paths: ["*/rooms/*/chat*"] }),
    rule("exact", { signal: "navigation", paths: ["example.com/"] }),
  ]);

  test("the pieces between stars never share a character", () => {
    const pieces = engineOf([rule("r", { signal: "navigation", paths: ["a.test/*aba*aba", "b.test/*aba*aba*x"] })]);
    expect(idsOf(pieces, visit("https://a.test/ababa"))).toEqual([]);
    expect(idsOf(pieces, visit("https://a.test/abaaba"))).toEqual(["r"]);
    expect(idsOf(pieces, visit("https://a.test/abacaba"))).toEqual(["r"]);
    expect(idsOf(pieces, visit("https://b.test/ababax"))).toEqual([]);
    expect(idsOf(pieces, visit("https://b.test/abaabax"))).toEqual(["r"]);
    expect(idsOf(pieces, visit("https://b.test/abaaba"))).toEqual([]);
  });

  test("an escaped star in a pattern stands for itself", () => {
    const star = engineOf([rule("star", { signal: "navigation", paths: ["a.test/x%2A*"] })]);
    expect(idsOf(star, visit("https://a.test/x*y"))).toEqual(["star"]);
    expect(idsOf(star, visit("https://a.test/x%2a"))).toEqual(["star"]);
    expect(idsOf(star, visit("https://a.test/xy"))).toEqual([]);
  });

  test.each([
    ["https://www.example.com/watch?v=1", ["watch"]],
    ["https://www.example.com/%77atch", ["watch"]],
    ["https://example.com/", ["exact"]],
    ["https://other.test/rooms/7/chat?x=1", ["anywhere"]],
    ["https://other.test/rooms/chat", []],
    ["https://example.com/unwatched", []],
    ["https://other.test/watch", []],
  ])("%s matches %j", (url, ids) => {
    expect(idsOf(engine, visit(url as string))).toEqual(ids);
  });
});

describe("terms", () => {
  const find = (matcher: Record<string, unknown>, text: string) =>
    engineOf([termsRule("t", matcher)]).match(title(text), noon)[0]?.matched;

  test.each([
    ["Hot Dog", "Buy a hot dog today", "hot dog"],
    ["hot dog", "HOT-DOG!", "HOT-DOG"],
    ["hot dog", "hot — dog", "hot — dog"],
    ["straße", "Alte STRASSE", "STRASSE"],
    ["café", "the cafe\u0301 bar", "cafe\u0301"],
    ["llŷn", "Pen Llŷn heddiw", "Llŷn"],
    ["игра", "Новая ИГРА здесь", "ИГРА"],
    ["ｗｉｄｅ", "so wide it is", "wide"],
    ["hidden", "hid\u200bd\u00aden", "hid\u200bd\u00aden"],
    ["赌场", "在线赌场网站", "赌场"],
    ["🎰", "win🎰now", "🎰"],
    ["women's", "the Women’s page", "Women’s"],
    ["hot dog", "my_hot_dog.mp4", "hot_dog"],
    ["강남", "서울 강남 사무실", "강남"],
    ["か", "あかね", "か"],
  ])("%s is found in %j", (term, text, found) => {
    const matched = find({ any: terms(term) }, text);
    expect(matched?.text).toBe(term);
    expect(text.slice(matched?.start, matched?.end)).toBe(found);
  });

  test.each([
    ["cunt", "Scunthorpe United"],
    ["sex", "Essex and Middlesex"],
    ["cafe", "café"],
    ["か", "あがね"],
    ["か", "あか\u3099ね"],
    ["가", "각"],
    ["hot dog", "hot, very hot dogs"],
  ])("%s is not found in %j", (term, text) => {
    expect(find({ any: terms(term) }, text)).toBeUndefined();
  });

  test("boundary start and any widen what counts as a place", () => {
    expect(find({ any: [{ text: "gambl", boundary: "start" }] }, "Gambling")).toBeDefined();
    expect(find({ any: [{ text: "gambl", boundary: "start" }] }, "unGambling")).toBeUndefined();
    expect(find({ any: [{ text: "ambl", boundary: "any" }] }, "Gambling")).toBeDefined();
  });

  test("words that clear the rule clear it everywhere, or within reach only", () => {
    expect(find({ any: terms("bet"), unless: terms("alpha") }, "alpha one two three bet")).toBeUndefined();
    const near = { any: terms("bet"), unless: terms("alpha"), unlessWords: 2 };
    expect(find(near, "alpha one two bet")).toBeUndefined();
    expect(find(near, "alpha one two three bet")).toBeDefined();
  });

  test("a minimum of distinct terms does not count one term twice", () => {
    const two = { any: terms("red", "blue", "green"), minDistinct: 2 };
    expect(find(two, "red red red")).toBeUndefined();
    expect(find(two, "red and blue")).toBeDefined();
  });

  test("near counts the words between, in either order", () => {
    const near = { near: { first: terms("meet"), second: terms("tonight"), words: 2 } };
    expect(find(near, "meet me here tonight")).toBeDefined();
    expect(find(near, "tonight we meet")).toBeDefined();
    expect(find(near, "meet me over there tonight")).toBeUndefined();
  });

  test("text put before or after a found phrase never hides it", () => {
    const engine = engineOf([termsRule("t", { any: terms("hot dog") })]);
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (before, after) => {
        expect(idsOf(engine, title(`${before} hot dog ${after}`))).toEqual(["t"]);
      }),
    );
  });
});

describe("search", () => {
  const searches = engineOf([rule("s", { signal: "search", terms: { any: terms("blue widget") } })], { engines });

  test("the words of a known engine's query are matched, whatever its country", () => {
    expect(idsOf(searches, visit("https://www.findit.co.uk/search?hl=en&q=Blue+widget"))).toEqual(["s"]);
    expect(idsOf(searches, visit("https://findit.com/search?q=%42lue%20widget#x"))).toEqual(["s"]);
    expect(idsOf(searches, visit("https://findit.com/other?q=blue+widget"))).toEqual([]);
    expect(idsOf(searches, visit("https://findit.evil.test/search?q=blue+widget"))).toEqual([]);
  });
});

describe("precedence", () => {
  const wide = hostsRule("wide", ["example.com"]);
  const narrow = hostsRule("narrow", ["chat.example.com"]);
  const page = visit("https://chat.example.com/");

  test("an allow rule clears the same and wider hosts, and not a more specific one", () => {
    const allow = (host: string) => allowRule("ok", { hosts: { names: [host], lists: [] } });
    expect(idsOf(engineOf([wide, allow("example.com")]), page)).toEqual([]);
    expect(idsOf(engineOf([wide, allow("chat.example.com")]), page)).toEqual([]);
    expect(idsOf(engineOf([narrow, allow("example.com")]), page)).toEqual(["narrow"]);
  });

  test("an allow rule on a page clears its title and its search words too", () => {
    const allow = allowRule("ok", { hosts: { names: ["example.com"], lists: [] } });
    const engine = engineOf([termsRule("t", { any: terms("red") }), allow]);
    expect(idsOf(engine, title("red", "https://example.com/"))).toEqual([]);
    expect(idsOf(engine, title("red", "https://other.test/"))).toEqual(["t"]);
  });

  test("an allow rule of one category leaves the others alone", () => {
    const hosts = { names: ["example.com"], lists: [] };
    const engine = engineOf([wide, allowRule("ok", { hosts, category: "another-one" })]);
    expect(idsOf(engine, page)).toEqual(["wide"]);
  });

  test("the most specific host wins within a category", () => {
    expect(idsOf(engineOf([wide, narrow]), page)).toEqual(["narrow"]);
    expect(idsOf(engineOf([{ ...wide, category: "another-one" }, narrow]), page)).toEqual(["narrow", "wide"]);
  });

  test("the order of rules never matters, and an unrelated rule changes nothing", () => {
    const host = fc.constantFrom("a.test", "b.a.test", "c.b.a.test", "d.test");
    const anyRule = fc.record({
      allow: fc.boolean(),
      host,
      category: fc.constantFrom("one-kind", "two-kind"),
      mode: fc.constantFrom("live", "shadow"),
    });
    fc.assert(
      fc.property(fc.array(anyRule, { maxLength: 8 }), host, fc.infiniteStream(fc.nat()), (specs, at, keys) => {
        const rules = specs.map(({ allow, host: name, category, mode }, i) => {
          const hosts = { names: [name], lists: [] };
          return allow ? allowRule(`r${i}`, { hosts, category }) : hostsRule(`r${i}`, [name], { category, mode });
        });
        const shuffled = rules
          .map((one) => ({ one, key: keys.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ one }) => one);
        const expected = idsOf(engineOf(rules), visit(`https://${at}/`));
        expect(idsOf(engineOf(shuffled), visit(`https://${at}/`))).toEqual(expected);
        const more = [...rules, hostsRule("unrelated", ["elsewhere.test"], { category: "one-kind" })];
        expect(idsOf(engineOf(more), visit(`https://${at}/`))).toEqual(expected);
      }),
    );
  });
});

describe("facts and schedules", () => {
  test("apps, devices and indicators match by their own fields", () => {
    const seen = { cause: "unknown", channel: "process" } as const;
    const engine = engineOf([
      rule("app", { signal: "app", apps: [{ executable: "Tor Browser.exe" }] }),
      rule("stick", { signal: "device", devices: { classes: ["storage"], registered: false } }),
      rule("tor", { signal: "system", indicators: ["tor"] }),
    ]);
    expect(idsOf(engine, { ...seen, signal: "app", executable: "tor browser.EXE" })).toEqual(["app"]);
    expect(idsOf(engine, { ...seen, signal: "app", executable: "browser.exe" })).toEqual([]);
    expect(idsOf(engine, { ...seen, signal: "device", deviceClass: "storage", registered: false })).toEqual(["stick"]);
    expect(idsOf(engine, { ...seen, signal: "device", deviceClass: "storage", registered: true })).toEqual([]);
    expect(idsOf(engine, { ...seen, signal: "system", indicator: "tor" })).toEqual(["tor"]);
    expect(idsOf(engine, { ...seen, signal: "system", indicator: "vpn" })).toEqual([]);
  });

  test("a scheduled rule applies in its hours, past midnight too", () => {
    const schedule = [{ days: [5], from: "22:00", to: "06:00" }];
    const engine = engineOf([hostsRule("night", ["a.test"], { schedule })]);
    const at = (day: number, minute: number) => idsOf(engine, visit("https://a.test/"), { day, minute });
    expect(at(5, 22 * 60)).toEqual(["night"]);
    expect(at(6, 359)).toEqual(["night"]);
    expect(at(6, 360)).toEqual([]);
    expect(at(5, 300)).toEqual([]);
    expect(at(7, 60)).toEqual([]);
  });
});

describe("a text on a page that a wrapper opens", () => {
  const from = { from: "parameter", names: ["u"] };
  const wrappers = [{ id: "tr", kind: "translate", hosts: ["tr.test"], path: "/", inner: from }];
  const on = (inner: string) => title("red", `https://tr.test/?u=${encodeURIComponent(inner)}`);
  const hosts = (name: string) => ({ hosts: { names: [name], lists: [] } });
  const red = { any: terms("red") };
  const found = (rules: readonly unknown[], inner: string) =>
    engineOf(rules, { wrappers })
      .match(on(inner), noon)
      .map((one) => [one.rule.ruleId, one.host, one.wrapper]);

  test("is the inner page's: its rules speak, and the match names it", () => {
    expect(found([termsRule("any", red)], "https://a.test/")).toEqual([["any", "a.test", "translate"]]);
    expect(found([termsRule("in", red, hosts("a.test"))], "https://a.test/")).toEqual([["in", "a.test", "translate"]]);
    expect(found([termsRule("in", red, hosts("a.test"))], "https://b.test/")).toEqual([]);
  });

  test("is cleared by the inner page's allow rules as it would be there", () => {
    const rules = [termsRule("any", red), termsRule("in", red, hosts("help.a.test")), allowRule("ok", hosts("a.test"))];
    expect(found(rules, "https://a.test/")).toEqual([]);
    expect(found(rules, "https://help.a.test/")).toEqual([["in", "help.a.test", "translate"]]);
    expect(found(rules, "https://b.test/")).toEqual([["any", "b.test", "translate"]]);
  });

  test("is not taken from the inner page's own rules by an allow rule of the outer one", () => {
    const rules = [termsRule("any", red), termsRule("in", red, hosts("a.test")), allowRule("ok", hosts("tr.test"))];
    expect(found(rules, "https://a.test/")).toEqual([["in", "a.test", "translate"]]);
  });

  test("is the outer page's for rules bound to that one, once", () => {
    expect(found([termsRule("out", red, hosts("tr.test"))], "https://a.test/")).toEqual([
      ["out", "tr.test", undefined],
    ]);
    expect(found([termsRule("both", red, hosts("test"))], "https://a.test/")).toEqual([
      ["both", "a.test", "translate"],
    ]);
    const allowed = [termsRule("out", red, hosts("tr.test")), allowRule("ok", hosts("tr.test"))];
    expect(found(allowed, "https://a.test/")).toEqual([]);
  });
});
