import { ConfigError } from "@overt/shared/errors.ts";
import { findDuration } from "../authority/rules/bundle/duration.ts";
import { findDate } from "../authority/rules/bundle/header.ts";

/** The clock of this machine, in Unix seconds: a signer's desk has no other. */
export function wallClock(): number {
  return Math.floor(Date.now() / 1_000);
}

/** `now`, a date or an instant in UTC, or a time from now such as `90 days`, in Unix seconds. Throws USAGE. */
export function parseWhen(option: string, text: string, now: number): number {
  const words = text.trim();
  if (words === "now") return now;
  const date = findDate(words);
  if (date !== undefined) return date;
  const length = findDuration(words.replace(/^\+/, ""));
  if (length !== undefined) return now + length;
  throw new ConfigError(
    "USAGE",
    `${option} is a day (2027-01-31), an instant (2027-01-31T08:00:00Z), a time from now ("90 days") or now.`,
  );
}

/** `2027-01-31 08:00 UTC`; the seconds where they are not zero. */
export function sayTime(seconds: number): string {
  const iso = new Date(seconds * 1_000).toISOString();
  return `${iso.slice(0, 10)} ${seconds % 60 === 0 ? iso.slice(11, 16) : iso.slice(11, 19)} UTC`;
}
