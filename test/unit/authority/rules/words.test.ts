import { findDuration, sayDuration } from "@overt/scripts/authority/rules/bundle/duration.ts";
import { findDate } from "@overt/scripts/authority/rules/bundle/header.ts";
import { findHost } from "@overt/scripts/authority/rules/bundle/hosts.ts";
import { findMoment, findSpan, saySpan } from "@overt/scripts/authority/rules/bundle/schedule.ts";
import { HostName } from "@overt/shared/rules/matchers.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

describe("durations", () => {
  test.each([
    ["30 min", 1_800],
    ["1 h 30 min", 5_400],
    ["1h30min", 5_400],
    ["90 s", 90],
    ["7 days", 604_800],
    ["1 week", 604_800],
    ["none", 0],
    ["30", undefined],
    ["30 m", undefined],
    ["-1 h", undefined],
    ["1.5 h", undefined],
    ["", undefined],
  ])("%s", (words, seconds) => expect(findDuration(words)).toBe(seconds));

  test("what is said reads back as the same", () => {
    fc.assert(
      fc.property(fc.nat(31 * 86_400), (seconds) => {
        expect(findDuration(sayDuration(seconds))).toBe(seconds);
      }),
    );
  });
});

describe("schedules", () => {
  test.each([
    ["weekdays 22:00-06:00", [1, 2, 3, 4, 5], "22:00", "06:00"],
    ["Mon-Wed 9:00 to 17:30", [1, 2, 3], "09:00", "17:30"],
    ["Sat, Sun 00:00-24:00", [6, 7], "00:00", "00:00"],
    ["Friday–Monday 20:00–23:00", [1, 5, 6, 7], "20:00", "23:00"],
    ["every day", [1, 2, 3, 4, 5, 6, 7], "00:00", "00:00"],
  ])("%s", (words, days, from, to) => expect(findSpan(words)).toEqual({ days, from, to }));

  test.each(["at night", "Mon 25:00-26:00", "Mon-", "Moon 10:00-11:00", "weekdays 10:00", "Mon 24:00-06:00", ""])(
    "%s is none",
    (words) => expect(findSpan(words)).toBeUndefined(),
  );

  test("what is said reads back as the same", () => {
    const time = fc
      .nat(1_439)
      .map((n) => `${String(Math.floor(n / 60)).padStart(2, "0")}:${String(n % 60).padStart(2, "0")}`);
    const days = fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }).map((all) => all.sort());
    fc.assert(
      fc.property(days, time, time, (on, from, to) => {
        expect(findSpan(saySpan({ days: on, from, to }))).toEqual({ days: on, from, to });
      }),
    );
  });

  test("moments", () => {
    expect(findMoment("Wed 22:15")).toEqual({ day: 3, minute: 1_335 });
    expect(findMoment("7 00:00")).toEqual({ day: 7, minute: 0 });
    expect(findMoment("Wed 24:00")).toBeUndefined();
  });
});

describe("dates", () => {
  test.each([
    ["2026-01-31", 1_769_817_600],
    ["2026-01-31T08:00:00Z", 1_769_846_400],
    ["2026-02-30", undefined],
    ["31.1.2026", undefined],
  ])("%s", (words, seconds) => expect(findDate(words)).toBe(seconds));
});

describe("hosts", () => {
  test("what is found is a host in comparison form, and reads back as itself", () => {
    const written = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6(), fc.string({ unit: "binary", maxLength: 20 }));
    fc.assert(
      fc.property(written, (text) => {
        const host = findHost(text);
        if (host === undefined) return;
        expect(HostName.safeParse(host).success).toBe(true);
        expect(findHost(host)).toBe(host);
      }),
    );
  });
});
