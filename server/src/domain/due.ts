import type { severities } from "@overt/shared/protocol/event.ts";
import { addDays, type Day, isWorkingDay } from "./bank-holidays.ts";

export type Severity = (typeof severities)[number];

/** Working days until an alert is due; an urgent one is due within the hour, at any hour. */
const workingDays = { high: 1, normal: 3, low: 5 } as const;
const urgentSeconds = 3_600;
const zone = "Europe/London";
const closingHour = 17;

/**
 * When a decision is due, Unix seconds: urgent one hour after receipt; otherwise 17:00 in London on the n-th working day
 * after the day of receipt. What arrives after 17:00 or on a day off counts as received on the next working day.
 */
export function dueAt(receivedAt: number, severity: Severity): number {
  if (severity === "urgent") return receivedAt + urgentSeconds;
  const local = londonTime(receivedAt);
  let day: Day = local.hour >= closingHour ? addDays(local.day, 1) : local.day;
  while (!isWorkingDay(day)) day = addDays(day, 1);
  for (let left = workingDays[severity]; left > 0; ) {
    day = addDays(day, 1);
    if (isWorkingDay(day)) left--;
  }
  return londonSeconds(day, closingHour);
}

export function londonTime(seconds: number): { readonly day: Day; readonly hour: number; readonly minute: number } {
  const parts = new Map(formatter.formatToParts(seconds * 1_000).map((part) => [part.type, Number(part.value)]));
  const read = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0;
  return {
    day: { year: read("year"), month: read("month"), day: read("day") },
    hour: read("hour"),
    minute: read("minute"),
  };
}
const formatter = new Intl.DateTimeFormat("en-GB", {
  timeZone: zone,
  hourCycle: "h23",
  year: "numeric",
  month: "numeric",
  day: "numeric",
  hour: "numeric",
  minute: "numeric",
});

/** London is UTC or one hour ahead; 17:00 is never inside a clock change. */
function londonSeconds(day: Day, hour: number): number {
  const utc = Date.UTC(day.year, day.month - 1, day.day, hour) / 1_000;
  return utc - (londonTime(utc).hour - hour) * 3_600;
}
