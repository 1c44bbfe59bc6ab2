import { isWithinHours, localTime } from "@overt/shared/rules/hours.ts";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";

const within = (from: string, to: string, days: readonly number[], day: number, minute: number) =>
  isWithinHours([{ days: [...days], from, to }], { day, minute });

describe("hours", () => {
  test("a span holds its first minute and not its last", () => {
    expect(within("09:00", "17:00", [2], 2, 539)).toBe(false);
    expect(within("09:00", "17:00", [2], 2, 540)).toBe(true);
    expect(within("09:00", "17:00", [2], 2, 1_019)).toBe(true);
    expect(within("09:00", "17:00", [2], 2, 1_020)).toBe(false);
    expect(within("09:00", "17:00", [2], 3, 600)).toBe(false);
  });

  test("a span past midnight belongs to the day it begins on, Sunday to Monday too", () => {
    expect(within("22:00", "06:00", [7], 7, 1_320)).toBe(true);
    expect(within("22:00", "06:00", [7], 1, 359)).toBe(true);
    expect(within("22:00", "06:00", [7], 1, 360)).toBe(false);
    expect(within("22:00", "06:00", [7], 1, 1_320)).toBe(false);
    expect(within("22:00", "06:00", [7], 7, 100)).toBe(false);
  });

  test("a span that ends when it begins is a whole day", () => {
    expect(within("08:00", "08:00", [3], 3, 479)).toBe(false);
    expect(within("08:00", "08:00", [3], 3, 480)).toBe(true);
    expect(within("08:00", "08:00", [3], 4, 479)).toBe(true);
    expect(within("08:00", "08:00", [3], 4, 480)).toBe(false);
  });

  test("no spans at all hold everything; of several, one is enough", () => {
    expect(isWithinHours(undefined, { day: 1, minute: 0 })).toBe(true);
    const spans = [
      { days: [1], from: "00:00", to: "01:00" },
      { days: [2], from: "00:00", to: "01:00" },
    ];
    expect(isWithinHours(spans, { day: 2, minute: 0 })).toBe(true);
    expect(isWithinHours(spans, { day: 3, minute: 0 })).toBe(false);
  });

  test("over a week: a span holds the minutes that are counted off from its beginnings", () => {
    const week = 7 * 1_440;
    const time = fc.nat(1_439);
    const write = (minute: number) =>
      `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
    fc.assert(
      fc.property(
        fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 1 }),
        time,
        time,
        fc.nat(week - 1),
        (days, from, to, at) => {
          const length = to > from ? to - from : to + 1_440 - from;
          const expected = days.some((day) => (at - ((day - 1) * 1_440 + from) + week) % week < length);
          expect(within(write(from), write(to), days, Math.floor(at / 1_440) + 1, at % 1_440)).toBe(expected);
        },
      ),
    );
  });

  test("the days of the week are numbered from Monday", () => {
    // 2026-06-01 is a Monday.
    const days = [0, 1, 2, 3, 4, 5, 6].map((n) => localTime("Europe/London", Date.UTC(2026, 5, 1 + n, 12) / 1_000));
    expect(days).toEqual([1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, minute: 13 * 60 })));
  });

  test("asked again, within the minute or not, in this zone or another, the answer is that of the first time", () => {
    const moments = [0, 59, 60, 61, 3_599, 3_600].map((offset) => Date.UTC(2026, 5, 1, 21, 30) / 1_000 + offset);
    const zones = ["UTC", "Europe/London", "Asia/Kathmandu"] as const;
    const ahead = { UTC: 0, "Europe/London": 60, "Asia/Kathmandu": 345 };
    for (const at of moments) {
      for (const zone of [...zones, ...zones]) {
        const minute = 21 * 60 + 30 + Math.floor((at - (moments[0] as number)) / 60) + ahead[zone];
        expect(localTime(zone, at)).toEqual({ day: minute < 1_440 ? 1 : 2, minute: minute % 1_440 });
        expect(localTime(zone, at + 1 - (at % 60))).toEqual(localTime(zone, at));
      }
    }
  });

  test("the platform is asked twice for an hour of a zone, and for each minute of an hour in which its clocks are set", () => {
    const asked = vi.spyOn(Intl.DateTimeFormat.prototype, "formatToParts");
    const countAsked = (zone: string, from: number) => {
      asked.mockClear();
      for (let second = 0; second < 3_600; second += 20) localTime(zone, from + second);
      return asked.mock.calls.length;
    };
    const at = Date.UTC(2026, 5, 2, 12) / 1_000;
    expect(countAsked("Europe/London", at)).toBe(2);
    expect(countAsked("Europe/London", at + 3_600)).toBe(2);
    expect(countAsked("Asia/Tokyo", at + 3_600)).toBe(2);
    // Newfoundland's clocks were set back at one minute past midnight.
    expect(countAsked("America/St_Johns", Date.UTC(2010, 10, 7, 2) / 1_000)).toBe(62);
    asked.mockRestore();
  });

  test("every minute is as the platform has it, about the days on which clocks are set too", () => {
    const zones = ["Europe/London", "America/St_Johns", "Australia/Lord_Howe", "Asia/Gaza", "Asia/Kathmandu"];
    const days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    const told = (zone: string, at: number) => {
      const text = new Intl.DateTimeFormat("en-GB", {
        timeZone: zone,
        weekday: "short",
        hour: "2-digit",
        minute: "2-digit",
        hourCycle: "h23",
      }).format(at * 1_000);
      const [, day, hour, minute] = /^(\w+),? (\d+):(\d+)$/.exec(text) as RegExpExecArray;
      return { day: days.indexOf(day as string) + 1, minute: Number(hour) * 60 + Number(minute) };
    };
    const changes = [
      Date.UTC(2026, 2, 29, 1),
      Date.UTC(2026, 9, 25, 1),
      Date.UTC(2010, 10, 7, 2, 31),
      Date.UTC(2010, 2, 14, 3, 31),
      Date.UTC(2026, 3, 4, 15),
      Date.UTC(2026, 9, 3, 15, 30),
      Date.UTC(2011, 3, 1, 22, 1),
    ].map((ms) => ms / 1_000);
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.constantFrom(...changes),
        fc.array(fc.integer({ min: -9_000, max: 9_000 }), { minLength: 1, maxLength: 20 }),
        (zone, change, offsets) => {
          for (const offset of offsets) {
            expect(localTime(zone, change + offset)).toEqual(told(zone, change + offset));
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});
