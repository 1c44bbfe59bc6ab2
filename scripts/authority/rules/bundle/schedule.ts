import type { Schedule } from "@overt/shared/rules/matchers.ts";
import { headOf, type Read, readList } from "../source/fields.ts";
import { plainText } from "../source/value.ts";

const dayNames = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const groups: Readonly<Record<string, readonly number[]>> = {
  "every day": [1, 2, 3, 4, 5, 6, 7],
  daily: [1, 2, 3, 4, 5, 6, 7],
  weekdays: [1, 2, 3, 4, 5],
  weekends: [6, 7],
  weekend: [6, 7],
};
const example = "weekdays 22:00-06:00, or Sat, Sun 00:00-24:00";

/** Spans of local time in words: days, then hours. `22:00-06:00` runs past midnight; a day on its own is the whole day. */
export const readSchedule: Read<Schedule[]> = readList((value, problems) => {
  const words = plainText(value);
  const span = words === undefined ? undefined : findSpan(words);
  if (span !== undefined) return span;
  problems.error(headOf(value.place), "this is no span of time", example);
  return undefined;
});

/** One span of `weekdays 22:00-06:00`, `Mon-Fri 9:00 to 17:00`, `Sat, Sun`; undefined where it is none. */
export function findSpan(words: string): Schedule | undefined {
  const found = /^(.*?)(?: +(\d{1,2}:\d{2}) *(?:-|–|to) *(\d{1,2}:\d{2}))?$/i.exec(words.trim().replace(/\s+/g, " "));
  if (found === null) return undefined;
  const days = findDays((found[1] as string).toLowerCase());
  const from = findTime(found[2] ?? "00:00");
  const to = findTime(found[3] ?? "24:00");
  if (days === undefined || from === undefined || to === undefined || from === "24:00") return undefined;
  return { days: [...days], from, to: to === "24:00" ? "00:00" : to };
}

export function sayDays(days: readonly number[]): string {
  const key = [...days].sort().join();
  const group = Object.entries(groups).find(([, members]) => members.join() === key);
  return group?.[0] ?? days.map((day) => capital(dayNames[day - 1] ?? "")).join(", ");
}

export function saySpan({ days, from, to }: Schedule): string {
  return `${sayDays(days)} ${from}-${to === "00:00" ? "24:00" : to}`;
}

/** `Wed 22:15` or `3 22:15`, as ISO day of the week and minute. */
export function findMoment(words: string): { day: number; minute: number } | undefined {
  const found = /^([a-z]+|[1-7]) +(\d{1,2}:\d{2})$/i.exec(words.trim());
  const day = found === null ? undefined : findDay((found[1] as string).toLowerCase());
  const time = found === null ? undefined : findTime(found[2] as string);
  if (day === undefined || time === undefined || time === "24:00") return undefined;
  return { day, minute: Number(time.slice(0, 2)) * 60 + Number(time.slice(3)) };
}

function findDays(words: string): readonly number[] | undefined {
  const group = Object.hasOwn(groups, words) ? groups[words] : undefined;
  if (group !== undefined) return group;
  const days = new Set<number>();
  for (const part of words.split(/ *, *| and /)) {
    const [first, last, ...rest] = part.split(/ *(?:-|–) */).map(findDay);
    if (first === undefined || rest.length > 0 || (part.match(/-|–/) !== null && last === undefined)) return undefined;
    const until = last ?? first;
    for (let day = first; ; day = (day % 7) + 1) {
      days.add(day);
      if (day === until) break;
    }
  }
  return [...days].sort();
}

function findDay(word: string): number | undefined {
  if (/^[1-7]$/.test(word)) return Number(word);
  if (!/^(mon|tues?|wed(nes)?|thu(rs?)?|fri|sat(ur)?|sun)(day)?s?$/.test(word)) return undefined;
  return dayNames.indexOf(word.slice(0, 3) as (typeof dayNames)[number]) + 1;
}

function findTime(words: string): string | undefined {
  const time = words.padStart(5, "0");
  return /^(?:([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$/.test(time) ? time : undefined;
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
