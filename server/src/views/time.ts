import type { Translate } from "./messages.ts";

/** A time as pages show it: words for people, ISO 8601 for machines. */
export interface ShownTime {
  readonly iso: string;
  readonly text: string;
}

const format = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Europe/London",
  day: "numeric",
  month: "long",
  year: "numeric",
  hour: "numeric",
  minute: "2-digit",
  hour12: true,
});

/** London time in GOV.UK style: “24 November 2026 at 9:05am”. */
export function showTime(seconds: number): ShownTime {
  const parts = new Map(format.formatToParts(seconds * 1_000).map((part) => [part.type, part.value]));
  const read = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? "";
  const clock = `${read("hour")}:${read("minute")}${read("dayPeriod").toLowerCase().replaceAll(".", "")}`;
  return {
    iso: new Date(seconds * 1_000).toISOString(),
    text: `${read("day")} ${read("month")} ${read("year")} at ${clock}`,
  };
}

/** A length of time in its largest whole unit: “2 days”, “3 hours”, “5 minutes”, “less than a minute”. */
export function showSpan(t: Translate, seconds: number): string {
  const span = Math.abs(seconds);
  if (span >= 86_400) return t("span.days", { count: Math.floor(span / 86_400) });
  if (span >= 3_600) return t("span.hours", { count: Math.floor(span / 3_600) });
  if (span >= 60) return t("span.minutes", { count: Math.floor(span / 60) });
  return t("span.moment");
}

export function showDue(t: Translate, dueAt: number, now: number): string {
  return dueAt <= now
    ? t("due.overdue", { span: showSpan(t, now - dueAt) })
    : t("due.in", { span: showSpan(t, dueAt - now) });
}
