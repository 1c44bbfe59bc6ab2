/** A calendar day without a time: month is 1–12. */
export interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

// Days that a proclamation added or moved (gov.uk/bank-holidays); everything else follows from the rules below.
const proclaimed: readonly string[] = ["2020-05-08", "2022-06-02", "2022-06-03", "2022-09-19", "2023-05-08"];
const withdrawn: readonly string[] = ["2020-05-04", "2022-05-30"];

/** The bank holidays of England and Wales in a year, as `YYYY-MM-DD` (Banking and Financial Dealings Act 1971, Sch. 1). */
export function bankHolidays(year: number): readonly string[] {
  const easter = easterSunday(year);
  const days = [
    substitute({ year, month: 1, day: 1 }),
    addDays(easter, -2),
    addDays(easter, 1),
    firstMonday(year, 5),
    lastMonday(year, 5, 31),
    lastMonday(year, 8, 31),
    ...christmas(year),
  ].map(dayKey);
  const added = proclaimed.filter((key) => key.startsWith(`${year}-`));
  return [...new Set([...days, ...added])].filter((key) => !withdrawn.includes(key)).sort();
}

export function isWorkingDay(day: Day): boolean {
  const weekday = weekdayOf(day);
  return weekday !== 0 && weekday !== 6 && !bankHolidays(day.year).includes(dayKey(day));
}

export function dayKey({ year, month, day }: Day): string {
  return `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

export function addDays({ year, month, day }: Day, days: number): Day {
  const date = new Date(Date.UTC(year, month - 1, day + days));
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

function weekdayOf({ year, month, day }: Day): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay();
}

/** Anonymous Gregorian computus (Meeus, Astronomical Algorithms, ch. 8). */
function easterSunday(year: number): Day {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const g = Math.floor((8 * b + 13) / 25);
  const h = (19 * a + b - Math.floor(b / 4) - g + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 19 * l) / 433);
  const month = Math.floor((h + l - 7 * m + 90) / 25);
  return { year, month, day: (h + l - 7 * m + 33 * month + 19) % 32 };
}

function firstMonday(year: number, month: number): Day {
  const first = { year, month, day: 1 };
  return addDays(first, (8 - weekdayOf(first)) % 7);
}

function lastMonday(year: number, month: number, lastDay: number): Day {
  const last = { year, month, day: lastDay };
  return addDays(last, -((weekdayOf(last) + 6) % 7));
}

/** A holiday that falls on a weekend moves to the Monday. */
function substitute(day: Day): Day {
  const weekday = weekdayOf(day);
  return weekday === 6 ? addDays(day, 2) : weekday === 0 ? addDays(day, 1) : day;
}

function christmas(year: number): readonly Day[] {
  const christmasDay = { year, month: 12, day: 25 };
  const weekday = weekdayOf(christmasDay);
  if (weekday === 5) return [christmasDay, addDays(christmasDay, 3)];
  if (weekday === 6) return [addDays(christmasDay, 2), addDays(christmasDay, 3)];
  if (weekday === 0) return [addDays(christmasDay, 1), addDays(christmasDay, 2)];
  return [christmasDay, addDays(christmasDay, 1)];
}
