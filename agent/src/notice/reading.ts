import { type NoticeLanguage, noticeText } from "@overt/shared/notice/text.ts";

/** How long each screen of the notice was shown during an enrolment: what the acknowledgement states. */
export interface Reading {
  /** The screen is on show from now on; the one before it is not any more. */
  show(language: NoticeLanguage, screen: string): void;
  /** The screens in order, with seconds; undefined while one of them was never shown in this language. */
  finish(language: NoticeLanguage): readonly { id: string; sha256: string; seconds: number }[] | undefined;
}

export function buildReading(now: () => number): Reading {
  const seconds = new Map<string, number>();
  let open: { readonly key: string; readonly since: number } | undefined;
  const stop = () => {
    if (open === undefined) return;
    const spent = Math.max(0, Math.min(86_400, now() - open.since));
    seconds.set(open.key, Math.min(86_400, (seconds.get(open.key) ?? 0) + spent));
    open = undefined;
  };
  return {
    show(language, screen) {
      stop();
      const key = `${language} ${screen}`;
      if (!seconds.has(key)) seconds.set(key, 0);
      open = { key, since: now() };
    },
    finish(language) {
      stop();
      const screens = noticeText(language).screens.map(({ id, sha256 }) => ({
        id,
        sha256,
        seconds: seconds.get(`${language} ${id}`),
      }));
      if (screens.some((screen) => screen.seconds === undefined)) return undefined;
      return screens.map(({ id, sha256, seconds: spent }) => ({ id, sha256, seconds: Math.round(spent ?? 0) }));
    },
  };
}
