import { sha256Hex } from "@overt/shared/crypto/hash.ts";
import { noticeLanguages, noticeText } from "@overt/shared/notice/text.ts";
import { noticeScreens } from "@overt/shared/notice/words.ts";
import { Hash, Language, Slug } from "@overt/shared/protocol/fields.ts";
import { describe, expect, test } from "vitest";

describe.each(noticeLanguages)("the notice in %s", (language) => {
  const notice = noticeText(language);

  test("holds every screen once, in order, with words in each", () => {
    expect(notice.screens.map((screen) => screen.id)).toEqual([...noticeScreens]);
    for (const screen of notice.screens) {
      expect(Slug.parse(screen.id)).toBe(screen.id);
      expect(Hash.parse(screen.sha256)).toBe(screen.sha256);
      expect(screen.title.trim()).not.toBe("");
      expect(screen.paragraphs.length + screen.items.length).toBeGreaterThan(0);
    }
  });

  test("is one text with one hash, and no line can be taken for two", () => {
    expect(noticeText(language)).toEqual(notice);
    expect(notice.sha256).toBe(sha256Hex(new TextEncoder().encode(notice.canonical)));
    for (const screen of notice.screens) {
      for (const sentence of [screen.title, ...screen.paragraphs, ...screen.items, ...screen.after]) {
        expect(sentence).not.toMatch(/[\n\r<>]/);
        expect(notice.canonical).toContain(`${sentence}\n`);
      }
    }
  });

  test("names every thing that is never looked at", () => {
    expect(notice.screens.find((screen) => screen.id === "never")?.items).toHaveLength(9);
  });
});

test("the languages are those an acknowledgement can name, and their hashes differ", () => {
  expect(noticeLanguages.map((language) => Language.parse(language))).toEqual([...noticeLanguages]);
  const hashes = noticeLanguages.flatMap((language) => {
    const notice = noticeText(language);
    return [notice.sha256, ...notice.screens.map((screen) => screen.sha256)];
  });
  expect(new Set(hashes).size).toBe(hashes.length);
});
