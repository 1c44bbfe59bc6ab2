import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "@overt/shared/errors.ts";
import { type NoticeLanguage, noticeLanguages } from "@overt/shared/notice/text.ts";
import { z } from "zod";

/** Words of the pages by key, in every language. Easy Read says what it says more simply and leaves the rest in English. */
export type Catalogues = Readonly<Record<NoticeLanguage, Readonly<Record<string, string>>>>;

/** The words of a key, with `{name}` filled in. Throws BAD_CONFIG where the catalogue has no such key. */
export type Translate = (key: string, values?: Readonly<Record<string, string | number>>) => string;

const Words = z.record(z.string().regex(/^[a-z0-9.-]+$/), z.string().min(1));

/** What a language is called in itself: shown to somebody who may read no other. */
export const languageNames: Readonly<Record<NoticeLanguage, string>> = {
  en: "English",
  cy: "Cymraeg",
  "en-x-easy": "Easy Read",
};

/** The language tag for readers that speak: Easy Read is English. */
export function spokenLanguage(language: NoticeLanguage): "en" | "cy" {
  return language === "cy" ? "cy" : "en";
}

export function loadCatalogues(): Catalogues {
  const read = (language: NoticeLanguage) =>
    Words.parse(JSON.parse(readFileSync(join(import.meta.dirname, "catalogue", `${language}.json`), "utf8")));
  const english = read("en");
  return { en: english, cy: read("cy"), "en-x-easy": { ...english, ...read("en-x-easy") } };
}

export function translateFrom(catalogues: Catalogues, language: NoticeLanguage): Translate {
  const words = catalogues[language];
  return (key, values = {}) => {
    const text = words[key];
    if (text === undefined) throw new ConfigError("BAD_CONFIG", "The pages lack words that they need.");
    return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
  };
}

export function findLanguage(text: string | null | undefined): NoticeLanguage | undefined {
  return noticeLanguages.find((language) => language === text);
}
