import type { Term } from "@overt/shared/rules/matchers.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { agree, compiles, scanPlaces } from "./text-support.ts";

/** Cases of a run; each is one set of terms against one text. */
const cases = Number(process.env["PROPERTY_RUNS"] ?? 10_000);
const textsPerSet = 5;

const pieces = fc.constantFrom(
  ..."aabbccdeilmnorst  .-_'4@30!1|$5ABÀéŵŷßİıſﬁǆ½Ⅳ①…¨\ufdfaＡбБаеорĸйΣςσ赌场网ัສก가각か゛がｶﾞあ🎰👍🇬🇧",
  ..."\u0301\u0323\u0334\u0345\u3099\u200b\u00ad\u202e\ufe0f\u034f".split(""),
  "rn",
  "👍🏽",
  "\u1100\u1161\u11a8",
  "\ud800",
  "  ",
  "x",
);
const joined = (max: number, min = 0) =>
  fc.array(pieces, { minLength: min, maxLength: max }).map((list) => list.join(""));
const flag = fc.constantFrom(undefined, undefined, true as const);
const term = fc
  .record({
    text: joined(5, 1),
    lookalikes: flag,
    digits: flag,
    spaced: flag,
    boundary: fc.constantFrom(undefined, undefined, "start" as const, "any" as const),
  })
  .map((fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Term);
const termSet = (max: number) =>
  fc
    .array(term, { minLength: 1, maxLength: max })
    .map((list) => list.filter((one) => compiles(one)))
    .filter((list) => list.length > 0);

/** Longer where the runs are more; the machine may be busy. */
const timeout = Math.max(60_000, cases * 10);

describe("terms against the reference", { timeout }, () => {
  test("every place of every term is found where the reference finds it, and nowhere else", () => {
    fc.assert(
      fc.property(
        termSet(4),
        fc.array(joined(40), { minLength: textsPerSet, maxLength: textsPerSet }),
        (terms, texts) => agree(terms, texts),
      ),
      {
        numRuns: Math.ceil(cases / 2 / textsPerSet),
        examples: [
          // One character that becomes two and a mark, before which a mark of another character sorts.
          [[{ text: "id", boundary: "any" }], ["i\u01c6\u3099", "xi\u01c6\u3099\u0323 id"]],
          // What begins before a character that becomes two and ends within it; a letter no term has with a mark that one has.
          [[{ text: "as", boundary: "any" }], ["aß xaß", "aßß", "a ß"]],
          // A mark that sorts among no others, of a term; without it, it is another letter.
          [
            [{ text: "क", boundary: "any" }, { text: "ki", boundary: "any" }, { text: "का" }],
            ["का क", "काक का", "किka"],
          ],
          // Letters set apart that are two terms, of which one ends in the other.
          [["word", "sword"].map((text) => ({ text, spaced: true as const })), ["s w o r d", "w.o.r.d"]],
          [[{ text: "é", boundary: "any" }], ["á", "xé", "ćé", "c\u0301\u0301e\u0301"]],
        ],
      },
    );
  });

  test("a text made of the terms themselves is read as the reference reads it, however few rows there are", () => {
    const parts = fc.array(fc.tuple(fc.nat(2), pieces), { maxLength: 8 });
    fc.assert(
      fc.property(
        termSet(3).map((terms) => terms.filter(({ text }, i) => terms.findIndex((one) => one.text === text) === i)),
        fc.array(parts, { minLength: textsPerSet, maxLength: textsPerSet }),
        fc.constantFrom(undefined, 3, 4, 6, 10),
        (terms, recipes, mostRows) => {
          const write = ([which, glue]: [number, string]) => (terms[which % terms.length] as Term).text + glue;
          agree(
            terms,
            recipes.map((recipe) => recipe.map(write).join("")),
            { mostRows },
          );
        },
      ),
      { numRuns: Math.ceil(cases / 2 / textsPerSet) },
    );
  });

  test("a text long enough to be read in lanes is read as the reference reads it", () => {
    // Phrases that cross from lane to lane are what can go wrong: the text is terms and little else. ASCII is read in its own way.
    const phrasesOf = (words: readonly string[]) =>
      fc.array(
        fc
          .array(fc.constantFrom(...words), { minLength: 1, maxLength: 6 })
          .map((phrase) => ({ text: phrase.join(" ") })),
        { minLength: 1, maxLength: 5 },
      );
    const phrases = fc.oneof(
      phrasesOf(["a", "ab", "b", "l", "1"]),
      phrasesOf(["a", "ab", "b", "é", "赌场", "赌场场赌", "场a赌", "🎰", "l", "1", "ŵa", "й"]),
    );
    fc.assert(
      fc.property(
        phrases,
        fc.constantFrom(undefined, "start" as const, "any" as const),
        fc.array(fc.nat(4), { minLength: 3, maxLength: 12 }),
        fc.constantFrom(" ", "  ", ", ", "\u200b \u0301"),
        fc.nat(40),
        (texts, boundary, order, glue, lead) => {
          const terms = texts.map((one) => (boundary === undefined ? one : { ...one, boundary }));
          const once = order.map((which) => (terms[which % terms.length] as Term).text).join(glue) + glue;
          agree(terms, ["x ".repeat(lead) + once.repeat(Math.ceil(700 / once.length))], { once: true });
        },
      ),
      {
        numRuns: Math.ceil(cases / 20),
        // A run of characters that are words of their own right behind a lane's beginning, and a term that began before it.
        examples: Array.from({ length: 9 }, (_, lead): [{ text: string }[], "any", number[], " ", number] => [
          [{ text: "a 赌场场赌 b" }, { text: "赌场场赌" }],
          "any",
          [0],
          " ",
          lead,
        ]),
      },
    );
  });

  test("letters that are set apart are read as the reference reads them", () => {
    const letter = fc.constantFrom(..."aaabbbcé4赌😀ﬁ", "\u{1d41a}");
    const glue = fc.constantFrom(..."   ..-", "", "", "  ", "...", " - -", "\u0301", "\u200b", "\u200b ");
    const text = fc
      .array(fc.tuple(letter, glue), { maxLength: 16 })
      .map((parts) => parts.map((part) => part.join("")).join(""));
    const spaced = fc
      .string({ unit: fc.constantFrom(..."aabbcé4"), minLength: 3, maxLength: 5 })
      .chain((word) => fc.record({ text: fc.constant(word), spaced: fc.constant(true as const), digits: flag }))
      .map(({ digits, ...one }): Term => (digits === undefined ? one : { ...one, digits }))
      .filter((one) => compiles(one));
    fc.assert(
      fc.property(
        fc.array(spaced, { minLength: 1, maxLength: 4 }),
        fc.array(text, { minLength: textsPerSet, maxLength: textsPerSet }),
        (terms, list) => agree(terms, list),
      ),
      {
        numRuns: Math.ceil(cases / 4 / textsPerSet),
        examples: [
          [
            [
              { text: "abc", spaced: true },
              { text: "bab", spaced: true, digits: true },
            ],
            [
              ...[
                "a...b...c",
                "a....b...c",
                "a...b....c",
                "a b cd",
                "xa b c",
                "a b xc",
                "a b c ab c",
                "a b",
                "a b ca b c",
              ],
              ...["a b c赌", "赌 a b c", "a 赌 b c", "a b赌 c", "a b c 赌b a b", "赌赌a b c", "a b cc b a b"],
              ...["a b c\u0301", "a\u0301 b c", "aé b c", "ab\u0301 b c", "a b c\u0301d", "a\u200b b c", "\u0301a b c"],
              ...["8 4 8", "8 4 8 4 b", "😀 a b c", "a 😀 b c", "ﬁ a b c", "a ﬁ b c", "\u{1d41a} b c", "b 4 \u{1d41b}"],
            ],
          ],
          // What stands beside a letter of a run: of a longer word, a mark over nothing, what is not there, a gap of several characters.
          [
            ["abc", "bcf"].map((text) => ({ text, spaced: true as const })),
            [
              ...[
                "a\u{1d41a} b c",
                "aﬁ b c",
                "a b c\u{1d41a}",
                "a b cﬁ",
                "a b c \u0301",
                "a b c\u200b",
                "a b c\u200bd",
              ],
              ...[
                "a…b…c",
                "a¨b¨c",
                "a……b c",
                "b c de f",
                "b c 赌 f",
                "b c赌f",
                "b c d\u0301e f",
                "a b cd\u0301 f",
                "b c  \u0301  f",
              ],
            ],
          ],
        ],
      },
    );
  });

  test("more letters set apart than are read at once are read as several runs", () => {
    const scan = scanPlaces([{ text: "abc", spaced: true }]);
    const [places = []] = scan(`${"x ".repeat(4_093)}a b c `);
    expect(places).toEqual([{ start: 8_186, end: 8_191 }]);
    // The run ends between its letters.
    expect(scan(`${"x ".repeat(4_094)}a b c `)).toEqual([[]]);
    expect(scan(`${"x ".repeat(4_096)}a b c `)).toEqual([[{ start: 8_192, end: 8_197 }]]);
  });

  test("characters that are too many to have a symbol each are read as the reference reads them", () => {
    // Each is used twice, so that the marks are among those that are rare; the letters under them are not.
    const characters = Array.from({ length: 2_100 }, (_, i) => String.fromCodePoint(0x4e00 + i));
    const pairs = characters.map((one, i) => one + characters[(i * 11 + 3) % characters.length]);
    const marked = ["ŵwwww", "éeeee", "äaaaa", "ŏoooo", "čcccc", "şssss", "ųuuuu", "űuuuu", "ẹeeee"];
    const terms: Term[] = [...pairs, ...marked].map((text) => ({ text, boundary: "any" }));
    const [first, second, third, fourth] = pairs.slice(300);
    // A character that no term has, and one that has two symbols, beside a word that has to end there.
    terms.push({ text: "cab" }, { text: `${first} cab` });
    // Letters of a script with spaces that are as rare.
    const letters = Array.from({ length: 30 }, (_, i) => String.fromCodePoint(0x1200 + 2 * i, 0x1201 + 2 * i));
    terms.push(...letters.map((text) => ({ text })));
    agree(terms, [
      `cab龍 龍cab xcab龍 龍cabx cab${first} ${first}cab ${first}龍cab xcab${first} ${first}cabx`,
      `cab${characters[0]} ${characters[0]}cab ${characters[1]}cab${characters[0]}`,
      `${letters.join(" ")} ${letters[3]}${letters[4]} x${letters[5]} ${letters[6]}${first}${letters[7]}`,
      `${first}${second}a${third} ${fourth}b ŵ ŵwwwww`,
      `a${second}${first}ŵ${fourth}${fourth}${third}`,
      marked.map((one) => `${one} ${one.slice(1)} x${one} ${one}`).join(" "),
      pairs.filter((_, i) => i % 150 === 0).join(""),
      // Among these is the first that has two symbols.
      pairs.slice(400, 480).join(" "),
    ]);
  });
});
