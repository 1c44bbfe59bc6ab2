import { ruleLimits } from "@overt/shared/rules/limits.ts";
import type { Term } from "@overt/shared/rules/matchers.ts";
import { maxPlaces } from "@overt/shared/rules/text/hits.ts";
import { buildTermIndex } from "@overt/shared/rules/text/index.ts";
import { characterType, unicodeTables } from "@overt/shared/rules/unicode/tables.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compiles, findSlices, scanPlaces } from "./text-support.ts";

const runs = Math.ceil(Number(process.env["PROPERTY_RUNS"] ?? 10_000) / 20);
const words = fc.array(fc.constantFrom("ab", "cd", "abc", "é", "ß", "йод", "赌场", "🎰", "한국"), {
  minLength: 1,
  maxLength: 4,
});
const phrase = words.map((list) => list.join(" "));
const terms = fc.array(
  phrase.map((text): Term => ({ text })),
  { minLength: 1, maxLength: 5 },
);
const anyText = fc.string({ unit: "binary", maxLength: 60 });

/** Longer where the runs are more; the machine may be busy. */
const timeout = Math.max(60_000, runs * 10);

describe("laws of matching text", { timeout }, () => {
  test("two texts with a gap between them have the places of each and those across the gap", () => {
    fc.assert(
      fc.property(terms, phrase, phrase, (list, a, b) => {
        const scan = scanPlaces(list);
        const offset = a.length + 3;
        const own = [...scan(a)].map((places, i) => [
          ...places,
          ...(scan(b)[i] ?? []).map(({ start, end }) => ({ start: start + offset, end: end + offset })),
        ]);
        const both = scan(`${a} . ${b}`).map((places) =>
          places.filter(({ start, end }) => end <= a.length || start >= offset),
        );
        expect(both).toEqual(own);
      }),
      { numRuns: runs },
    );
  });

  test("another term in the set changes nothing for the terms that were there", () => {
    fc.assert(
      fc.property(terms, terms, phrase, (list, more, text) => {
        expect(scanPlaces([...list, ...more])(text).slice(0, list.length)).toEqual(scanPlaces(list)(text));
      }),
      { numRuns: runs },
    );
  });

  test("what a term was found as is the term: found in itself, whole", () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, (text, before, after) => {
        fc.pre(compiles({ text }));
        for (const slice of findSlices(`${before} ${text} ${after}`, { text })) {
          expect(findSlices(slice, { text })).toEqual([slice]);
        }
      }),
      { numRuns: runs },
    );
  });

  test("letter case, width, composition and characters that are not there make no difference", () => {
    const disguises: ((text: string) => string)[] = [
      (text) => text.toUpperCase(),
      (text) => text.normalize("NFC"),
      (text) => text.normalize("NFD"),
      (text) => [...text].join("\u200b"),
      (text) => [...text].join("\u2060"),
      (text) => `\u202e${text}\u202c`,
      (text) => text.replaceAll("ab", "ａｂ"),
    ];
    fc.assert(
      fc.property(phrase, fc.constantFrom(...disguises), (text, disguise) => {
        expect(findSlices(`xx ${disguise(text)} xx`, { text }).length).toBe(
          findSlices(`xx ${text} xx`, { text }).length,
        );
      }),
      { numRuns: runs },
    );
  });

  test("no text makes a scan throw, and each place lies in the text", () => {
    const index = buildTermIndex(
      [{ text: "a" }, { text: "a", boundary: "any", lookalikes: true, digits: true }, { text: "aaa", spaced: true }],
      unicodeTables(),
    );
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 400 }), (text) => {
        index.scan(text);
        for (let i = 0; i < index.hits.count; i++) {
          const start = index.hits.start[i] as number;
          const end = index.hits.end[i] as number;
          expect(0 <= start && start < end && end <= text.length).toBe(true);
        }
      }),
      { numRuns: runs },
    );
  });

  test("one reading reports a place once, also about the middle of a long text", () => {
    const index = buildTermIndex([{ text: "ab cd" }, { text: "cd" }, { text: "b", boundary: "any" }], unicodeTables());
    for (let lead = 0; lead < 40; lead++) {
      index.scan("x".repeat(lead) + " ab cd".repeat(100));
      const { hits } = index;
      const places = new Set(Array.from({ length: hits.count }, (_, i) => `${hits.term[i]} ${hits.start[i]}`));
      expect(places.size).toBe(hits.count);
      expect(hits.count).toBe(300);
    }
  });

  test("of each term the first places count, however long the text", () => {
    const [places = []] = scanPlaces([{ text: "ab" }])("ab ".repeat(10_000));
    expect(places.length).toBe(maxPlaces);
    expect(places.at(-1)).toEqual({ start: 3 * (maxPlaces - 1), end: 3 * maxPlaces - 1 });
    // Letters by themselves, and such as are a part of a character: whichever is found sooner.
    const [mixed = []] = scanPlaces([{ text: "f", boundary: "any" }])("f ".repeat(10) + "\ufb01 ".repeat(1_500));
    expect(mixed.map(({ start }) => start)).toEqual(Array.from({ length: maxPlaces }, (_, i) => 2 * i));
  });

  test("a text is read up to the limit and no further", () => {
    const filler = "x ".repeat(ruleLimits.textUnits / 2);
    expect(findSlices(`${filler.slice(0, -4)} ab `, { text: "ab" })).toEqual(["ab"]);
    expect(findSlices(`${filler}ab`, { text: "ab" })).toEqual([]);
  });

  test("letters set apart are read in scripts of more letters than have a symbol each", () => {
    const tables = unicodeTables();
    const letters = Array.from({ length: 0x12400 - 0x1200 }, (_, i) => i + 0x1200)
      .filter((code) => tables.type.get(code) === characterType.word && (code < 0xac00 || code > 0xd7ff))
      .map((code) => String.fromCodePoint(code))
      .filter((one) => one.normalize("NFKD").toLowerCase() === one && one.toUpperCase() === one)
      .slice(0, 2_100);
    expect(letters.length).toBe(2_100);
    const list = Array.from({ length: Math.floor(letters.length / 3) }, (_, i) => ({
      text: letters.slice(3 * i, 3 * i + 3).join(""),
      spaced: true as const,
    }));
    const scan = scanPlaces(list);
    list.forEach(({ text }, i) => {
      if (i % 23 !== 0) return;
      const [a, b, c] = [...text];
      expect(scan(`${a} ${b}-${c}`)[i]).toEqual([{ start: 0, end: 5 }]);
      expect(scan(`${a} ${c} ${b}`)[i]).toEqual([]);
      expect(scan(`${a} ${b}`)[i]).toEqual([]);
    });
  });
});
