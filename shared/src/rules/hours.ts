import type { Schedule } from "./matchers.ts";
import type { LocalTime } from "./observation.ts";

/** Day and minute in a named time zone (IANA); the one place where the platform's time-zone data is asked. */
export function localTime(timeZone: string, at: number): LocalTime {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatToParts(new Date(at * 1000));
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
