import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { loadCatalogues, translateFrom } from "@overt/agent/notice/catalogue.ts";
import { explainedCodes, refusalKey, refusalWords } from "@overt/agent/notice/refusal-words.ts";
import { noticeLanguages } from "@overt/shared/notice/text.ts";
import { describe, expect, test } from "vitest";

const folder = join(import.meta.dirname, "../../../../agent/src/notice");
const { en, cy, "en-x-easy": easy } = loadCatalogues();
const readEasy = (): object => JSON.parse(readFileSync(join(folder, "catalogue/en-x-easy.json"), "utf8"));
const placeholders = (text = "") => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).sort();

describe("the pages' words", () => {
  test("Welsh says all that English says, and Easy Read says nothing that English does not", () => {
    expect(Object.keys(cy).sort()).toEqual(Object.keys(en).sort());
    expect(Object.keys(readEasy()).filter((key) => !(key in en))).toEqual([]);
  });

  test("every language fills in the same values", () => {
    for (const key of Object.keys(en)) {
      expect(placeholders(cy[key]), key).toEqual(placeholders(en[key]));
      for (const name of placeholders(easy[key])) expect(placeholders(en[key]), key).toContain(name);
    }
  });

  test("every word that a page asks for by its full key is there", () => {
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => /\.(ts|njk)$/.test(name));
    const asked = files.flatMap((name) =>
      [...readFileSync(join(folder, name), "utf8").matchAll(/\bt\(\s*"([a-z0-9.-]+[a-z0-9])"\s*[,)]/g)].map(
        ([, key]) => key ?? "",
      ),
    );
    expect(asked.length).toBeGreaterThan(100);
    expect(asked.filter((key) => !(key in en))).toEqual([]);
  });

  test("no product word that the field forbids", () => {
    for (const text of Object.values(en))
      expect(text).not.toMatch(/\b(target|suspect|offender|violation|surveillance|spy)/i);
  });
});

describe("the words of a refusal", () => {
  /** Somebody who can act, or something that the reader can do. */
  const acts = /officer|agency|check|choose|try again|wait|type it|need to do nothing/i;
  test.each(explainedCodes)("%s: says what is wrong and who must do what, in every language", (code) => {
    for (const language of noticeLanguages) {
      const text = refusalWords({ code, message: "?" }, translateFrom(loadCatalogues(), language));
      expect(text).not.toBe("?");
      expect(text).not.toMatch(/[A-Z]{3}|_/);
      expect(text.split(/[.?] /).length, text).toBeGreaterThanOrEqual(2);
    }
    expect(en[refusalKey(code)]).toMatch(acts);
  });

  test("a code without words of its own shows the program's message", () => {
    const t = translateFrom(loadCatalogues(), "cy");
    expect(refusalWords({ code: "STORE_FAILED", message: "The store refused." }, t)).toBe("The store refused.");
  });
});
