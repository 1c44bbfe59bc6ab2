import { utf8 } from "../bytes.ts";
import { sha256Hex } from "../crypto/hash.ts";
import { type NoticeScreenId, type NoticeWords, noticeScreens, type ScreenWords } from "./words.ts";
import { wordsCy } from "./words-cy.ts";
import { wordsEasy } from "./words-easy.ts";
import { wordsEn } from "./words-en.ts";

export const noticeLanguages = ["en", "cy", "en-x-easy"] as const;
export type NoticeLanguage = (typeof noticeLanguages)[number];

export interface NoticeScreen extends ScreenWords {
  readonly id: NoticeScreenId;
  /** SHA-256 of the screen's canonical text, in hex: what the acknowledgement names. */
  readonly sha256: string;
}

/** The fixed part of the notice in one language, as the order pins it. */
export interface NoticeText {
  readonly language: NoticeLanguage;
  readonly title: string;
  readonly screens: readonly NoticeScreen[];
  /** What is hashed: UTF-8, a line feed after every line. */
  readonly canonical: string;
  /** SHA-256 of `canonical` in hex: what `order.notices[].sha256` must equal. */
  readonly sha256: string;
}

/**
 * The notice a person reads, and its hash. Whoever makes an order and the agent that shows it call this one function,
 * so an order can only be acknowledged under the words it was made with. Clauses, dates and names come from the order
 * itself and are shown beside these words; they are no part of the hash, because the order holds the hash.
 */
export function noticeText(language: NoticeLanguage): NoticeText {
  const words = wordsOf(language);
  const texts = noticeScreens.map((id) => ({ id, text: screenText(language, id, words.screens[id]) }));
  const canonical = `overt notice v1\n${language}\n${line(words.title)}${texts.map(({ text }) => text).join("")}`;
  return {
    language,
    title: words.title,
    screens: texts.map(({ id, text }) => ({ id, ...words.screens[id], sha256: sha256Hex(utf8(text)) })),
    canonical,
    sha256: sha256Hex(utf8(canonical)),
  };
}

function wordsOf(language: NoticeLanguage): NoticeWords {
  return { en: wordsEn, cy: wordsCy, "en-x-easy": wordsEasy }[language];
}

/** Every line is marked for what it is, so that moving a sentence from one place to another changes the hash. */
function screenText(language: NoticeLanguage, id: NoticeScreenId, words: ScreenWords): string {
  return [
    line(`screen ${language} ${id}`),
    line(`# ${words.title}`),
    ...words.paragraphs.map((each) => line(`p ${each}`)),
    ...words.items.map((each) => line(`- ${each}`)),
    ...words.after.map((each) => line(`a ${each}`)),
  ].join("");
}

function line(text: string): string {
  return `${text}\n`;
}
