import type { NoticeLanguage } from "@overt/shared/notice/text.ts";

/** Unix seconds as `24 November 2026 at 14:05`, in this time zone or, where it is unknown here, the device's own. */
export function timeFormat(language: NoticeLanguage, timeZone: string | undefined): (seconds: number) => string {
  const locale = language === "cy" ? "cy" : "en-GB";
  const format = formatIn(locale, timeZone) ?? formatIn(locale, undefined);
  return (seconds) => format?.format(new Date(seconds * 1_000)) ?? "";
}

function formatIn(locale: string, timeZone: string | undefined): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat(locale, {
      dateStyle: "long",
      timeStyle: "short",
      ...(timeZone === undefined ? {} : { timeZone }),
    });
  } catch (error) {
    // The order names a time zone that this system's tables do not have.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
