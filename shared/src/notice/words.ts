/** The screens of the notice in the order in which they are read. */
export const noticeScreens = ["why", "order", "looked-for", "never", "who-sees", "rights", "answer"] as const;
export type NoticeScreenId = (typeof noticeScreens)[number];

/** One screen: plain sentences, then a list, then more sentences. No markup. */
export interface ScreenWords {
  readonly title: string;
  readonly paragraphs: readonly string[];
  readonly items: readonly string[];
  readonly after: readonly string[];
}

/** The fixed words of the notice in one language. What differs from case to case stands beside them, from the order. */
export interface NoticeWords {
  readonly title: string;
  readonly screens: Readonly<Record<NoticeScreenId, ScreenWords>>;
}
