import { PolicyError } from "../../errors.ts";
import { characterType, type UnicodeTables } from "../unicode/tables.ts";
import type { Units } from "./channels.ts";

/** The gap between words. */
export const gapSymbol = 0;
/** Any character that no term has. */
export const otherSymbol = 1;
/** No symbol, but the column of what is none. */
export const stopColumn = 2;
const firstNumber = 3;

/** What `classes` says of a UTF-16 unit: below `slow` its symbol; from `slow` the scanner has to look closer. */
export const slow = 0x4000;
/** `paired + number`: a character of a script with spaces that has two symbols. */
export const paired = slow;
/** `unspaced + number`: a character that stands for itself and is a word of its own. */
export const unspaced = 0x8000;
/** Everything else: surrogates, marks, characters that become several, characters that are not there. */
export const complex = 0xffff;

/**
 * The symbols that a channel's automaton reads. A character has a number; below `stride` the number is its symbol, and
 * rarer characters are spelled by two symbols (`highOf`, `lowOf`), which keeps the automaton's rows short.
 */
export type Alphabet = {
  readonly stride: number;
  /** One class for each UTF-16 unit. */
  readonly classes: Uint16Array;
  /** Of each UTF-16 unit the column of the automaton's rows: its symbol, or `stopColumn` where its class is not below `slow`. */
  readonly columns: Uint16Array;
  /** Units that become a letter with one mark, in ascending order: each followed by both. */
  readonly composed: Int32Array;
  readonly data: AlphabetData;
  numberOf(character: number): number;
  highOf(number: number): number;
  lowOf(number: number): number;
};

/** What is worked out from the terms; it can be kept. */
export type AlphabetData = {
  readonly stride: number;
  readonly classes: Uint16Array;
  readonly columns: Uint16Array;
  /** Characters by their numbers, which begin with 3 and, from `alone` characters on, with `stride`. */
  readonly characters: Int32Array;
  readonly alone: number;
  readonly composed: Int32Array;
};

/** `used` counts the folded characters of all terms of a channel; `units` is what its units become. */
export function buildAlphabet(
  used: ReadonlyMap<number, number>,
  patterns: number,
  tables: UnicodeTables,
  units: Units,
): Alphabet {
  const byUse = [...used].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([character]) => character);
  const most = Math.max(120, Math.min(1_000, Math.floor(1_000_000 / patterns)));
  const rare = byUse.length > most * 2 ? byUse.length - most : 0;
  const alone = byUse.length - rare;
  const stride = firstNumber + alone + 2 * Math.ceil(Math.sqrt(rare));
  if (stride + rare >= slow) {
    throw new PolicyError("RULE_REFUSED", "The terms of the rule set use too many different characters.");
  }
  const characters = Int32Array.from(byUse);
  const built = buildClasses(numberCharacters({ characters, alone, stride }), tables, units, stride);
  return openAlphabet({ stride, ...built, characters, alone, composed: units.composed });
}

export function openAlphabet(data: AlphabetData): Alphabet {
  const { stride, classes, columns, characters, alone, composed } = data;
  const firstPair = firstNumber + alone;
  const digit = Math.ceil(Math.sqrt(characters.length - alone));
  const numbers = numberCharacters(data);
  // Most characters are of the first plane, where a table answers sooner than the map.
  const basic = new Uint16Array(65_536).fill(otherSymbol);
  for (const [character, number] of numbers) if (character < basic.length) basic[character] = number;
  return {
    stride,
    classes,
    columns,
    composed,
    data,
    numberOf: (character) => basic[character] ?? numbers.get(character) ?? otherSymbol,
    highOf: (number) => firstPair + Math.floor((number - stride) / digit),
    lowOf: (number) => firstPair + digit + ((number - stride) % digit),
  };
}

/** Where a unit stands in `Alphabet.composed`, or -1. */
export function findComposed(composed: Int32Array, unit: number): number {
  let low = 0;
  let high = composed.length / 3;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((composed[3 * middle] as number) < unit) low = middle + 1;
    else high = middle;
  }
  return composed[3 * low] === unit ? 3 * low : -1;
}

function numberCharacters({
  characters,
  alone,
  stride,
}: Pick<AlphabetData, "characters" | "alone" | "stride">): ReadonlyMap<number, number> {
  const numbers = new Map<number, number>();
  characters.forEach((character, i) => {
    numbers.set(character, i < alone ? firstNumber + i : stride + i - alone);
  });
  return numbers;
}

function buildClasses(
  numbers: ReadonlyMap<number, number>,
  tables: UnicodeTables,
  { singles, runs }: Units,
  stride: number,
): Pick<AlphabetData, "classes" | "columns"> {
  const ofCharacter = readBasicClasses(tables).slice();
  for (const [character, number] of numbers) {
    if (character >= 65_536) continue;
    const before = ofCharacter[character] as number;
    if (before === complex) continue;
    if (before === unspaced + otherSymbol) ofCharacter[character] = unspaced + number;
    else ofCharacter[character] = number < stride ? number : paired + number;
  }
  const classes = new Uint16Array(65_536);
  const columns = new Uint16Array(65_536);
  for (let unit = 1; unit < classes.length; unit++) {
    const single = singles[unit] as number;
    const found = single === 0 ? complex : (ofCharacter[single] as number);
    classes[unit] = found;
    columns[unit] = found < slow ? found : stopColumn;
  }
  // Where no term has any of them, several letters are worth as much as one that no term has.
  for (let at = 0; at < runs.length; ) {
    const unit = runs[at] as number;
    const end = at + 2 + (runs[at + 1] as number);
    let isUsed = false;
    for (at += 2; at < end; at++) if (numbers.has(runs[at] as number)) isUsed = true;
    if (isUsed) continue;
    classes[unit] = otherSymbol;
    columns[unit] = otherSymbol;
  }
  return { classes, columns };
}

/** Classes of characters that no term has. */
function readBasicClasses(tables: UnicodeTables): Uint16Array {
  const known = basicClasses.get(tables);
  if (known !== undefined) return known;
  const classes = new Uint16Array(65_536);
  for (let character = 0; character < classes.length; character++) {
    const type = tables.type.get(character);
    if (type === characterType.gap) classes[character] = gapSymbol;
    else if (type === characterType.word) classes[character] = otherSymbol;
    else classes[character] = type === characterType.unspaced ? unspaced + otherSymbol : complex;
  }
  basicClasses.set(tables, classes);
  return classes;
}
/** Constants of the Unicode version. */
const basicClasses = new WeakMap<UnicodeTables, Uint16Array>();
