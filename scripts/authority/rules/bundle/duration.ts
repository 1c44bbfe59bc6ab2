import { headOf, type Read } from "../source/fields.ts";
import { plainText } from "../source/value.ts";

const units: readonly (readonly [RegExp, number, string])[] = [
  [/^(?:s|sec|secs|second|seconds)$/, 1, "second"],
  [/^(?:min|mins|minute|minutes)$/, 60, "minute"],
  [/^(?:h|hr|hrs|hour|hours)$/, 3_600, "hour"],
  [/^(?:d|day|days)$/, 86_400, "day"],
  [/^(?:w|week|weeks)$/, 7 * 86_400, "week"],
];

/** Seconds of `30 min`, `1 h 30 min`, `7 days`; undefined where it is no duration. `none` is 0. */
export function findDuration(text: string): number | undefined {
  const words = text.trim().toLowerCase();
  if (words === "none") return 0;
  if (!/^(?:[0-9]{1,9} *[a-z]+ *)+$/.test(words)) return undefined;
  let total = 0;
  for (const [, count, unit] of words.matchAll(/([0-9]+) *([a-z]+)/g)) {
    const known = units.find(([name]) => name.test(unit as string));
    if (known === undefined) return undefined;
    total += Number(count) * known[1];
  }
  return total;
}

export const readDuration: Read<number> = (value, problems) => {
  const text = plainText(value);
  const seconds = text === undefined ? undefined : findDuration(text);
  if (seconds !== undefined) return seconds;
  const bare = value.kind === "number";
  problems.error(
    headOf(value.place),
    bare ? "a duration needs its unit" : "this is no duration",
    bare ? `${value.text} min (or s, h, days, weeks)` : "30 min, 2 h, 1 h 30 min, 7 days or none",
  );
  return undefined;
};

/** The shortest exact words: `90 minutes` for 5,400 seconds. */
export function sayDuration(seconds: number): string {
  if (seconds === 0) return "none";
  const [, size, name] = units.slice(0, 4).findLast(([, unit]) => seconds % unit === 0) ?? [/^/, 1, "second"];
  const count = seconds / size;
  return `${count} ${name}${count === 1 ? "" : "s"}`;
}

/** `10 a day`, `10 per day`, `10/day` or the number alone. */
export const readBudget: Read<number> = (value, problems) => {
  const found = /^([0-9]{1,9}) *(?:(?:a|per|each|\/) *day)?$/i.exec(plainText(value)?.trim() ?? "");
  if (found !== null) return Number(found[1]);
  problems.error(headOf(value.place), "a budget is a number of alerts a day", "10 a day");
  return undefined;
};
