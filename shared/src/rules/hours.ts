import type { Schedule } from "./matchers.ts";
import type { LocalTime } from "./observation.ts";

/**
 * Day and minute in a named time zone (IANA); the one place where the platform's time-zone data is asked, which takes longer
 * than everything else about an observation. Where an hour's first and last minute are 59 minutes apart on that zone's
 * clock, none of its minutes is asked for; in an hour in which clocks are set each is.
 */
export function localTime(timeZone: string, at: number): LocalTime {
  const minute = Math.floor(at / 60);
  if (last.timeZone === timeZone && last.minute === minute) return last.time;
  const hour = Math.floor(minute / 60);
  if (last.timeZone !== timeZone || last.hour !== hour) enterHour(timeZone, hour);
  last.minute = minute;
  last.time = last.steady ? wrapWeek(last.first + minute - hour * 60) : ask(minute);
  return last.time;
}

/** The last answer. It only saves work: the same question always has the same answer. */
const last = {
  timeZone: "UTC",
  format: formatIn("UTC"),
  hour: Number.NaN,
  /** The hour's first minute, counted from the beginning of the zone's week. */
  first: 0,
  /** Whether the zone's clock goes on by a minute each minute of the hour. */
  steady: false,
  minute: Number.NaN,
  time: { day: 1, minute: 0 } as LocalTime,
};

const dayMinutes = 1_440;
const weekMinutes = 7 * dayMinutes;

function enterHour(timeZone: string, hour: number) {
  if (last.timeZone !== timeZone) last.format = formatIn(timeZone);
  last.timeZone = timeZone;
  last.hour = hour;
  last.first = minuteOfWeek(ask(hour * 60));
  last.steady = (minuteOfWeek(ask(hour * 60 + 59)) - last.first + weekMinutes) % weekMinutes === 59;
}

function ask(minute: number): LocalTime {
  return readParts(last.format.formatToParts(minute * 60_000));
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
