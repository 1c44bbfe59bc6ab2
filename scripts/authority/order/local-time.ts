/** True where this machine's tables know the time zone. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/**
 * `2027-01-31` (midnight), `2027-01-31 09:00` in the zone, or an instant `2027-01-31T09:00:00Z`, as Unix seconds;
 * undefined where it is none. A time that a clock change skips is taken an hour later, one that comes twice the first time.
 */
export function findLocalTime(text: string, timeZone: string): number | undefined {
  const found = /^(\d{4}-\d{2}-\d{2})(?:([ T])(\d{2}:\d{2})(:\d{2})?(Z)?)?$/.exec(text.trim());
  if (found === null) return undefined;
  const [, date = "", , time = "00:00", seconds = ":00", zulu] = found;
  const asUtc = Date.parse(`${date}T${time}${seconds}Z`);
  // The platform takes 31 June for 1 July.
  if (!Number.isFinite(asUtc) || !new Date(asUtc).toISOString().startsWith(`${date}T${time}`)) return undefined;
  if (zulu !== undefined) return asUtc / 1_000;
  const candidates = [asUtc - day, asUtc + day].map((near) => asUtc - offsetAt(near, timeZone));
  const exact = candidates.filter((at) => at + offsetAt(at, timeZone) === asUtc);
  return (exact.length > 0 ? Math.min(...exact) : Math.max(...candidates)) / 1_000;
}

/** `2027-01-31 09:00 (Europe/London)`. */
export function sayLocalTime(seconds: number, timeZone: string): string {
  const at = seconds * 1_000;
  const local = new Date(at + offsetAt(at, timeZone)).toISOString();
  return `${local.slice(0, 10)} ${local.slice(11, 16)} (${timeZone})`;
}

const day = 86_400_000;

/** How far the zone's clocks are ahead of UTC at an instant, in milliseconds. */
function offsetAt(at: number, timeZone: string): number {
  const fields = new Intl.DateTimeFormat("en-US", {
    timeZone,
    calendar: "iso8601",
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  }).formatToParts(at);
  const of = (type: string) => Number(fields.find((part) => part.type === type)?.value);
  const local = Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second"));
  return local - Math.floor(at / 1_000) * 1_000;
}
