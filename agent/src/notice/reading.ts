import { type NoticeLanguage, noticeText } from "@overt/shared/notice/text.ts";

/** How long each screen of the notice was shown during an enrolment: what the acknowledgement states. */
export interface Reading {
  /** The screen is on show from now on; the one before it is not any more. */
  show(language: NoticeLanguage, screen: string): void;
  /** No screen is on show. */
  pause(): void;
  /** Place of the first screen that was never shown in this language; undefined where all were. */
  firstUnread(language: NoticeLanguage): number | undefined;
  /** The screens in order, with whole seconds; undefined while one of them was never shown in this language. */
  finish(
    language: NoticeLanguage,
  ): readonly { readonly id: string; readonly sha256: string; readonly seconds: number }[] | undefined;
}

const longestSeconds = 86_400;

/** `monotonic` in seconds: a clock that is set while somebody reads must not change how long they read. */
export function buildReading(monotonic: () => number): Reading {
  const shown = new Map<string, number>();
  let open: { readonly key: string; readonly since: number } | undefined;
  const keyOf = (language: NoticeLanguage, id: string) => `${language} ${id}`;
  const pause = () => {
    if (open === undefined) return;
    const spent = Math.max(0, monotonic() - open.since);
    shown.set(open.key, Math.min(longestSeconds, (shown.get(open.key) ?? 0) + spent));
    open = undefined;
  };
  const firstUnread = (language: NoticeLanguage) => {
    const at = noticeText(language).screens.findIndex(({ id }) => !shown.has(keyOf(language, id)));
    return at === -1 ? undefined : at;
  };
  return {
    pause,
    firstUnread,
    show(language, screen) {
      pause();
      const key = keyOf(language, screen);
      if (!shown.has(key)) shown.set(key, 0);
      open = { key, since: monotonic() };
    },
    finish(language) {
      pause();
      if (firstUnread(language) !== undefined) return undefined;
      return noticeText(language).screens.map(({ id, sha256 }) => ({
        id,
        sha256,
        seconds: Math.round(shown.get(keyOf(language, id)) ?? 0),
      }));
    },
  };
}
