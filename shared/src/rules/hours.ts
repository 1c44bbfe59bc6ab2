import type { Schedule } from "./matchers.ts";
import type { LocalTime } from "./observation.ts";

/**
 * Day and minute in a named time zone (IANA); the one place where the platform's time-zone data is asked. Asked several
 * times within a minute, the platform is asked once: it takes longer than everything else about an observation.
 */
export function localTime(timeZone: string, at: number): LocalTime {
  const minute = Math.floor(at / 60);
  if (last.timeZone === timeZone && last.minute === minute) return last.time;
  if (last.timeZone !== timeZone) last.format = formatIn(timeZone);
  const time = readParts(last.format.formatToParts(at * 1000));
  last.timeZone = timeZone;
  last.minute = minute;
  last.time = time;
  return time;
}

/** The last answer. It only saves work: the same question always has the same answer. */
const last = {
  timeZone: "UTC",
  minute: Number.NaN,
  format: formatIn("UTC"),
  time: { day: 1, minute: 0 } as LocalTime,
};

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
