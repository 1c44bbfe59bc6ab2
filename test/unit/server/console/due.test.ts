import { bankHolidays } from "@overt/server/domain/bank-holidays.ts";
import { dueAt } from "@overt/server/domain/due.ts";
import { describe, expect, test } from "vitest";

const utc = (text: string) => Date.parse(text) / 1_000;

describe("bank holidays of England and Wales", () => {
  // As published on gov.uk/bank-holidays.
  test.each([
    [2022, "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27"],
    [2023, "01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26"],
    [2024, "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26"],
    [2025, "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26"],
    [2026, "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28"],
    [2027, "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28"],
  ])("%i", (year, days) => {
    expect(bankHolidays(year)).toEqual(days.split(" ").map((day) => `${year}-${day}`));
  });
});

describe("when a decision is due", () => {
  test.each([
    ["an urgent alert at three on Christmas night", "2026-12-25T03:00:00Z", "urgent", "2026-12-25T04:00:00Z"],
    ["a high alert on a Monday morning", "2026-11-23T10:00:00Z", "high", "2026-11-24T17:00:00Z"],
    ["a high alert after hours counts as the next day's", "2026-11-23T17:00:00Z", "high", "2026-11-25T17:00:00Z"],
    ["a high alert on a Saturday counts as Monday's", "2026-11-21T09:00:00Z", "high", "2026-11-24T17:00:00Z"],
    ["a normal alert over Christmas", "2026-12-24T10:00:00Z", "normal", "2026-12-31T17:00:00Z"],
    ["a low alert", "2026-11-23T10:00:00Z", "low", "2026-11-30T17:00:00Z"],
    ["summer time: 17:00 in London is 16:00 UTC", "2026-07-06T10:00:00Z", "high", "2026-07-07T16:00:00Z"],
    ["summer time: 16:30 UTC is after hours", "2026-07-06T16:30:00Z", "high", "2026-07-08T16:00:00Z"],
    ["across the end of summer time", "2026-10-23T10:00:00Z", "high", "2026-10-26T17:00:00Z"],
  ] as const)("%s", (_, received, severity, due) => {
    expect(new Date(dueAt(utc(received), severity) * 1_000).toISOString()).toBe(new Date(due).toISOString());
  });
});
