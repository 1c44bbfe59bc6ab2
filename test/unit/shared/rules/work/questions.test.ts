import { describe, expect, test, vi } from "vitest";
import { allowRule, engineOf, hostsRule, noon, rule, terms, termsRule, title, visit } from "../support.ts";

// Which part of the engine is asked what: a step that was made for nothing would answer alike, and cost.
const hosts = (name: string) => ({ hosts: { names: [name], lists: [] } });
const open = () => {
  const engine = engineOf(
    [
      hostsRule("host", ["a.test"]),
      termsRule("red", { any: terms("red") }),
      rule("search", { signal: "search", terms: { any: terms("blue") } }),
      allowRule("ok", hosts("ok.test")),
      rule("stick", { signal: "device", devices: { classes: ["storage"] } }),
    ],
    {
      engines: [{ id: "findit", names: ["findit"], hosts: [], paths: [], parameters: ["q"] }],
      wrappers: [
        { id: "go", kind: "redirect", hosts: ["go.test"], path: "/", inner: { from: "parameter", names: ["u"] } },
      ],
    },
  );
  const { destinations, terms: texts, wrappers } = engine.parts;
  return {
    engine,
    find: vi.spyOn(destinations, "find"),
    reachOf: vi.spyOn(destinations, "reachOf"),
    scan: vi.spyOn(texts, "scan"),
    judge: vi.spyOn(texts, "judgeScanned"),
    unwrap: vi.spyOn(wrappers, "open"),
  };
};

describe("what touches no rule", () => {
  const seen = { cause: "unknown", channel: "process" } as const;
  test.each([
    ["a page", visit("https://b.test/")],
    ["a page with another in it", visit("https://go.test/?u=b.test")],
    ["a text", title("green", "https://a.test/")],
    ["a text by itself", title("green")],
    ["a text of which only other signals speak", title("blue", "https://b.test/")],
    ["a fact", { ...seen, signal: "device", deviceClass: "phone", registered: true }],
    ["a fact of which no rule speaks", { ...seen, signal: "system", indicator: "tor" }],
  ] as const)("is answered with one list for all: %s", (_, observation) => {
    const { engine } = open();
    expect(engine.collect(observation, noon)).toEqual([]);
    expect(engine.match(observation, noon)).toEqual([]);
    expect(engine.match(observation, noon)).toBe(engine.match(visit("https://c.test/"), noon));
  });
});

describe("a page", () => {
  test("is asked about once, and no text is read where it is no search", () => {
    const { engine, find, scan, unwrap } = open();
    engine.match(visit("https://a.test/"), noon);
    expect([find, unwrap, scan].map(({ mock }) => mock.calls.length)).toEqual([1, 1, 0]);
  });

  test("with another in it is two questions, whose answers are put together only where both have any", () => {
    const { engine, find } = open();
    expect(engine.collect(visit("https://go.test/?u=a.test"), noon)).toHaveLength(1);
    expect(find).toHaveBeenCalledTimes(2);
    expect(engine.collect(visit("https://a.test/?u=b.test"), noon)).toHaveLength(1);
  });

  test("has its words judged where a term stands in them", () => {
    const { engine, judge } = open();
    expect(engine.match(visit("https://findit.com/?q=green"), noon)).toEqual([]);
    expect(judge).not.toHaveBeenCalled();
    expect(engine.match(visit("https://findit.com/?q=blue"), noon)).toHaveLength(1);
    expect(judge).toHaveBeenCalledOnce();
  });
});

describe("a text", () => {
  test("in which no term stands asks nothing about its page", () => {
    const { engine, find, judge, unwrap } = open();
    engine.match(title("green", "https://go.test/?u=a.test"), noon);
    expect([find, judge, unwrap].map(({ mock }) => mock.calls.length)).toEqual([0, 0, 0]);
  });

  test("that satisfies no rule asks for no allow rule of its page", () => {
    const { engine, find, reachOf } = open();
    engine.match(title("blue", "https://ok.test/"), noon);
    expect(find).toHaveBeenCalledOnce();
    expect(reachOf).not.toHaveBeenCalled();
    expect(engine.match(title("red", "https://ok.test/"), noon)).toEqual([]);
    expect(reachOf).toHaveBeenCalled();
  });

  test("on a page with another in it is one question where only one of them has an answer", () => {
    const rules = [
      termsRule("in", { any: terms("red") }, hosts("a.test")),
      termsRule("out", { any: terms("blue") }, hosts("go.test")),
    ];
    const from = { from: "parameter", names: ["u"] };
    const engine = engineOf(rules, {
      wrappers: [{ id: "go", kind: "redirect", hosts: ["go.test"], path: "/", inner: from }],
    });
    const questions = (text: string) => engine.collect(title(text, "https://go.test/?u=a.test"), noon).length;
    expect(["green", "red", "blue", "red blue"].map(questions)).toEqual([0, 1, 1, 2]);
  });

  test("that stands on no page asks about none", () => {
    const { engine, find, unwrap } = open();
    expect(engine.match(title("red"), noon)).toHaveLength(1);
    expect([find, unwrap].map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
  });
});
