import type { Schedule } from "./matchers.ts";
import type { LocalTime } from "./observation.ts";

/**
 * Day and minute in a named time zone (IANA); the one place where the platform's time-zone data is asked, which takes longer
 * than everything else about an observation. Where an hour's first and last minute are 59 minutes apart on that zone's
 * clock, none of its minutes is asked for; in an hour in which clocks are set each is.
 */
export function localTime(timeZone: string, at: number): LocalTime {
  const minute = Math.floor(at / 60);
  if (last?.timeZone === timeZone && last.minute === minute) return last.time;
  const number = Math.floor(minute / 60);
  const hour = last?.timeZone === timeZone && last.number === number ? last : enterHour(timeZone, number);
  hour.time = hour.steady ? wrapWeek(hour.first + minute - number * 60) : ask(hour.format, minute);
  hour.minute = minute;
  last = hour;
  return hour.time;
}

type Hour = {
  readonly timeZone: string;
  readonly format: Intl.DateTimeFormat;
  readonly number: number;
  /** The hour's first minute, counted from the beginning of the zone's week. */
  readonly first: number;
  /** Whether the zone's clock goes on by a minute each minute of the hour. */
  readonly steady: boolean;
  minute: number;
  time: LocalTime;
};

/** What was asked for last. It only saves work: the same question always has the same answer. */
let last: Hour | undefined;

const dayMinutes = 1_440;
const weekMinutes = 7 * dayMinutes;

function enterHour(timeZone: string, number: number): Hour {
  const format = last?.timeZone === timeZone ? last.format : formatIn(timeZone);
  const time = ask(format, number * 60);
  const first = minuteOfWeek(time);
  const steady = (minuteOfWeek(ask(format, number * 60 + 59)) - first + weekMinutes) % weekMinutes === 59;
  return { timeZone, format, number, first, steady, minute: number * 60, time };
}

function ask(format: Intl.DateTimeFormat, minute: number): LocalTime {
  return readParts(format.formatToParts(minute * 60_000));
}

function minuteOfWeek({ day, minute }: LocalTime): number {
  return (day - 1) * dayMinutes + minute;
}

function wrapWeek(minute: number): LocalTime {
  const inWeek = minute % weekMinutes;
  return { day: Math.floor(inWeek / dayMinutes) + 1, minute: inWeek % dayMinutes };
}

function formatIn(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat("en-GB", {
    timeZone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
}

function readParts(parts: readonly Intl.DateTimeFormatPart[]): LocalTime {
  const part = (type: string) => parts.find((p) => p.type === type)?.value ?? "";
  return {
    day: weekdays.indexOf(part("weekday")) + 1,
    minute: Number(part("hour")) * 60 + Number(part("minute")),
  };
}
const weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** True inside any of the spans. A span whose `to` is at or before its `from` runs on into the next day. */
export function isWithinHours(spans: readonly Schedule[] | undefined, local: LocalTime): boolean {
  if (spans === undefined) return true;
  for (const span of spans) {
    const from = minuteOf(span.from);
    const to = minuteOf(span.to);
    const yesterday = local.day === 1 ? 7 : local.day - 1;
    if (from < to) {
      if (span.days.includes(local.day) && local.minute >= from && local.minute < to) return true;
    } else if (
      (span.days.includes(local.day) && local.minute >= from) ||
      (span.days.includes(yesterday) && local.minute < to)
    ) {
      return true;
    }
  }
  return false;
}

function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}
