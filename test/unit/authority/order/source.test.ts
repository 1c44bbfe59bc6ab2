import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { buildOrder, readOrderYaml } from "@overt/scripts/authority/order/build.ts";
import { findLocalTime, sayLocalTime } from "@overt/scripts/authority/order/local-time.ts";
import { ConfigError, OvertError } from "@overt/shared/errors.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const path = resolve(import.meta.dirname, "../../../../scripts/authority/example/order.yaml");
const model = readFileSync(path, "utf8");
const read = (text: string) => readOrderYaml("order.yaml", new TextEncoder().encode(text));
const now = 1_795_000_000;
const random = (n: number) => new Uint8Array(n).fill(7);

describe("an order's YAML", () => {
  test("of the model, makes an order in the order's own time zone", () => {
    const order = buildOrder(read(model), { path, now, random });
    expect(order).toMatchObject({ caseRef: "CASE-2027-014", version: 1, notBefore: Date.UTC(2027, 0, 4) / 1_000 });
    expect(order.clauses.map(({ maxEvidence }) => maxEvidence)).toEqual([2, 1]);
    const summer = buildOrder(read(model.replace("ends: 2029-01-04", "ends: 2028-07-01 09:00")), { path, now, random });
    expect(summer.notAfter).toBe(Date.UTC(2028, 6, 1, 8) / 1_000);
  });

  test("as JSON, makes the same order", () => {
    const json = JSON.stringify({
      case: "CASE-1",
      agency: "a",
      jurisdiction: "scotland",
      "time-zone": "UTC",
      starts: "2027-01-01",
      ends: "2028-01-01",
      clauses: [{ clause: "c", text: "t", signals: ["title"], categories: ["chat"] }],
      reviewers: "team-a",
      contact: { office: "o", telephone: "1", hours: "h" },
    });
    expect(buildOrder(read(json), { path, now, random })).toMatchObject({ caseRef: "CASE-1", heartbeatSeconds: 300 });
  });

  const replaced = (from: string | RegExp, to: string) => {
    expect(model).toMatch(from);
    return model.replace(from, to);
  };
  test.each([
    ["a case that is a name", () => replaced("CASE-2027-014", "Jane Doe"), 3, 7, "pseudonym", "JANE-DOE"],
    [
      "an unknown key",
      () => replaced("heartbeat: 5 min", "hartbeat: 5 min"),
      28,
      1,
      'has no key "hartbeat"',
      "heartbeat:",
    ],
    ["a missing key", () => replaced(/^reviewers: .*\n/m, ""), 3, 1, 'an order needs "reviewers"', "reviewers: team-a"],
    ["a misspelt signal", () => replaced("[search]", "[serch]"), 19, 15, '"serch" is not known', "search"],
    ["a day that is none", () => replaced("2027-01-04", "2027-02-30"), 7, 9, "no day or time", "2027-01-31"],
    ["an end before the start", () => replaced("2029-01-04", "2026-12-01"), 8, 7, "end before it starts", "later day"],
    ["an order without end", () => replaced("2029-01-04", "2099-01-04"), 8, 7, "at most 3660 days", "earlier day"],
    [
      "a time zone that is none",
      () => replaced("Europe/London", "Europe/Nottingham"),
      6,
      12,
      "not known",
      "Europe/London",
    ],
    [
      "hours that are none",
      () => replaced("every day 22:00-06:00", "at night"),
      22,
      13,
      "no span of time",
      "22:00-06:00",
    ],
    ["a grace that is too long", () => replaced("7 days", "60 days"), 29, 16, "from 60 min to 30 days", "7 days"],
    ["a number without unit", () => replaced("5 min", "5"), 28, 12, "needs its unit", "5 min"],
    [
      "an address as a host",
      () => replaced("[solicitor.example", "[https://solicitor.example/a"),
      26,
      11,
      "without scheme",
      "solicitor.example",
    ],
    [
      "messages without authority",
      () => replaced("[navigation, title]", "[messages]"),
      14,
      14,
      "separate authority",
      "authority:",
    ],
    [
      "a clause id twice",
      () => replaced("clause: clause-5", "clause: clause-3"),
      11,
      3,
      'two clauses "clause-3"',
      "an id of its own",
    ],
    ["a tab", () => replaced("heartbeat: 5 min", "protected:\n\theartbeat: 5 min"), 29, 1, "tab", "spaces"],
  ])("with %s, is refused with line, column and what to write", (_, text, line, column, message, write) => {
    let said = "";
    try {
      read(text());
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      said = error.message;
    }
    expect(said).toContain(`order.yaml:${line}:${column}: error:`);
    expect(said).toContain(message);
    expect(said).toContain(write);
  });

  test("that would have ended already, and one of another case than the version before, are refused", () => {
    expect(() => buildOrder(read(model), { path, now: now + 10 ** 9, random })).toThrow(/ended already/);
  });

  test("whatever it holds, is read or refused with words, never with a fault", () => {
    const edits = fc.array(fc.tuple(fc.nat(model.length), fc.nat(30), fc.string({ unit: "binary", maxLength: 12 })), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(edits, (all) => {
        const text = all.reduce((held, [at, cut, put]) => held.slice(0, at) + put + held.slice(at + cut), model);
        try {
          buildOrder(read(text), { path, now, random });
        } catch (error) {
          if (!(error instanceof OvertError)) throw error;
        }
      }),
      { numRuns: Math.min(Number(process.env["PROPERTY_RUNS"] ?? 120), 100_000) },
    );
  });
});

describe("a time in a time zone", () => {
  const zones = ["Europe/London", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "UTC", "Australia/Lord_Howe"];

  test("comes back from its words, except in the hour that comes twice, which is the first", () => {
    fc.assert(
      fc.property(fc.integer({ min: 16_666_666, max: 50_000_000 }), fc.constantFrom(...zones), (minute, zone) => {
        const at = minute * 60;
        const back = findLocalTime(sayLocalTime(at, zone).slice(0, 16), zone) ?? Number.NaN;
        expect(back).toBeLessThanOrEqual(at);
        expect(sayLocalTime(back, zone)).toBe(sayLocalTime(at, zone));
        expect(at - back).toBeLessThanOrEqual(3_600);
      }),
      { numRuns: Math.min(Number(process.env["PROPERTY_RUNS"] ?? 120), 100_000) },
    );
  });

  test("that the clocks skip is an hour later", () => {
    expect(findLocalTime("2027-03-28 01:30", "Europe/London")).toBe(Date.UTC(2027, 2, 28, 1, 30) / 1_000);
  });
});
