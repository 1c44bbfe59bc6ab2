import type { Term } from "@overt/shared/rules/matchers.ts";
import { CodePoints } from "@overt/shared/rules/unicode/code-points.ts";
import { unicodeTables } from "@overt/shared/rules/unicode/tables.ts";

/** A slow and obvious matcher of terms (SPEC.md 10.3), written against the platform's own Unicode and not the product's tables. */

type Type = "gap" | "word" | "unspaced" | "extend";
type Unit = { readonly c: string; readonly type: Type; readonly start: number; readonly end: number };
export type Place = { readonly start: number; readonly end: number };

const ignorable = /^(?![\0-\x7f])[\p{Default_Ignorable_Code_Point}\p{Emoji_Modifier}]$/u;
const digits: Record<string, string> = {
  "4": "a",
  "@": "a",
  "8": "b",
  "3": "e",
  "9": "g",
  "1": "i",
  "!": "i",
  "|": "i",
  l: "i",
  "0": "o",
  "5": "s",
  $: "s",
  "7": "t",
  "+": "t",
  "2": "z",
};

/** The same answer again for the same character: most of the time would go into asking the platform. */
function remembering<T>(answer: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    const found = known.get(key) ?? answer(key);
    known.set(key, found);
    return found;
  };
}

export const typeOf = remembering((c: string): Type => {
  if (/^[\p{M}\u1160-\u11ff]$/u.test(c)) return "extend";
  if (/^(?![\0-\x7f])[\p{Extended_Pictographic}\p{Regional_Indicator}]$/u.test(c)) return "unspaced";
  if (!/^[\p{L}\p{N}]$/u.test(c)) return "gap";
  return /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]$/u.test(
    c,
  )
    ? "unspaced"
    : "word";
});

const folds = [false, true].map((lookalikes) =>
  [false, true].map((withDigits) => remembering((c: string) => foldAnew(c, lookalikes, withDigits))),
);
const fold = (c: string, term: Term): string[] =>
  folds[Number(term.lookalikes ?? false)]?.[Number(term.digits ?? false)]?.(c) ?? [];

function foldAnew(c: string, lookalikes: boolean, withDigits: boolean): string[] {
  if (ignorable.test(c)) return [];
  let text = c;
  if (lookalikes) {
    const out = new CodePoints();
    unicodeTables().foldLookalike(c.codePointAt(0) as number, out);
    text = Array.from({ length: out.length }, (_, i) => String.fromCodePoint(out.at(i))).join("");
  } else {
    for (let i = 0; i < 4; i++) {
      const decomposed = [...text.normalize("NFKD")];
      text = decomposed
        .map((one) => [...one.toUpperCase()].map((u) => u.toLowerCase()).join(""))
        .join("")
        .normalize("NFKD");
    }
  }
  return [...text].filter((one) => !ignorable.test(one)).map((one) => (withDigits ? (digits[one] ?? one) : one));
}

/** Marks with a combining class move among themselves only. */
const moves = remembering(
  (c: string) =>
    typeOf(c) === "extend" &&
    (`${c}\u0334`.normalize("NFD") !== `${c}\u0334` ||
      `\u0345${c}`.normalize("NFD") !== `\u0345${c}` ||
      c === "\u0345" ||
      c === "\u0334"),
);

function unitsOf(text: string, term: Term): Unit[] {
  const raw: Unit[] = [];
  let at = 0;
  for (const c of text) {
    for (const one of fold(c, term)) raw.push({ c: one, type: typeOf(one), start: at, end: at + c.length });
    at += c.length;
  }
  const units: Unit[] = [];
  let last: Type = "gap";
  for (let i = 0; i < raw.length; i++) {
    const unit = raw[i] as Unit;
    if (unit.type === "extend" && last === "gap") continue;
    if (moves(unit.c)) {
      let j = i;
      while (j < raw.length && moves((raw[j] as Unit).c)) j++;
      const run = raw.slice(i, j);
      const ordered = [
        ...run
          .map((one) => one.c)
          .join("")
          .normalize("NFD"),
      ];
      for (const [k, one] of run.entries()) units.push({ ...one, c: ordered[k] as string });
      i = j - 1;
      continue;
    }
    if (unit.type === "extend") {
      units.push(unit);
      continue;
    }
    const switched = (unit.type === "unspaced") !== (last === "unspaced");
    if ((unit.type === "gap" || switched) && last !== "gap")
      units.push({ c: " ", type: "gap", start: unit.start, end: unit.start });
    last = unit.type;
    if (unit.type !== "gap") units.push(unit);
  }
  return units;
}

function placesOf(text: string, term: Term): Place[] {
  const all = unitsOf(text, term);
  const wanted = unitsOf(term.text, term);
  while (wanted.at(-1)?.type === "gap") wanted.pop();
  const places: Place[] = [];
  for (let i = 0; i + wanted.length <= all.length; i++) {
    if (!wanted.every((unit, k) => unit.c === all[i + k]?.c)) continue;
    const j = i + wanted.length;
    if (bounded(all, i, j, wanted, term.boundary))
      places.push({ start: all[i]?.start ?? 0, end: all[j - 1]?.end ?? 0 });
  }
  return places;
}

function bounded(
  all: readonly Unit[],
  i: number,
  j: number,
  wanted: readonly Unit[],
  boundary: Term["boundary"],
): boolean {
  if (all[j]?.type === "extend") return false;
  const open = boundary === "any" || wanted[0]?.type === "unspaced" || i === 0 || all[i - 1]?.type === "gap";
  const tail = wanted.findLast((unit) => unit.type !== "extend")?.type;
  const closed = boundary !== undefined || tail === "unspaced" || j === all.length || all[j]?.type === "gap";
  return open && closed;
}

/** Letters set apart by up to three characters, three or more of them. */
function spacedPlacesOf(text: string, term: Term): Place[] {
  const wanted = unitsOf(term.text, term)
    .filter((unit) => unit.type === "word")
    .map((unit) => unit.c);
  const raw: { c: string; type: Type; start: number; end: number }[] = [];
  let at = 0;
  for (const c of text) {
    const [first] = fold(c, term);
    if (first !== undefined) raw.push({ c: first, type: typeOf(first), start: at, end: at + c.length });
    at += c.length;
  }
  type Word = { c: string; start: number; end: number; letters: number; before: number };
  const words: Word[] = [];
  let gaps = 99;
  let word: Word | undefined;
  for (const unit of raw) {
    if (unit.type === "gap") {
      word = undefined;
      gaps++;
    } else if (unit.type === "word") {
      if (word !== undefined) word.letters++;
      else {
        word = { c: unit.c, start: unit.start, end: unit.end, letters: 1, before: gaps };
        words.push(word);
      }
      gaps = 0;
    } else if (unit.type === "unspaced") {
      word = { c: "", start: unit.start, end: unit.end, letters: 9, before: 99 };
      words.push(word);
      gaps = 0;
    } else if (word !== undefined && word.letters === 1) word.end = unit.end;
  }
  const places: Place[] = [];
  for (let i = 0; i + wanted.length <= words.length; i++) {
    const some = words.slice(i, i + wanted.length);
    const joined = some.every((one, k) => one.letters === 1 && one.c === wanted[k] && (k === 0 || one.before <= 3));
    if (joined) places.push({ start: some[0]?.start ?? 0, end: some.at(-1)?.end ?? 0 });
  }
  return places;
}

/** Every place of a term, in each of its spellings, by start and then end, each once. */
export function findPlaces(text: string, term: Term): Place[] {
  const plain: Term = { text: term.text, ...(term.boundary === undefined ? {} : { boundary: term.boundary }) };
  const found = [
    ...placesOf(text, plain),
    ...(term.lookalikes || term.digits ? placesOf(text, term) : []),
    ...(term.spaced ? spacedPlacesOf(text, term) : []),
  ];
  const distinct = new Map(found.map((place) => [`${place.start}-${place.end}`, place]));
  return [...distinct.values()].sort((a, b) => a.start - b.start || a.end - b.end);
}

/** A term that differs from another only in case, width and the like has the same form. */
export function plainForm(text: string): string {
  const units = unitsOf(text, { text }).map(({ c }) => c);
  return units.join("").trimEnd();
}

/** Words that begin between two units; a character of a script without spaces, or an emoji, is a word. */
export function countWordsBetween(text: string, from: number, to: number): number {
  const types = [...text.slice(from, to)].flatMap((c) => fold(c, { text: "" })).map(typeOf);
  let words = 0;
  let inWord = false;
  for (const type of types) {
    if (type === "unspaced" || (type === "word" && !inWord)) words++;
    if (type !== "extend") inWord = type === "word";
  }
  return words;
}
