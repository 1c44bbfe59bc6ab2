import { PolicyError } from "../../errors.ts";
import { type Grouped, groupNumbers } from "../grouped.ts";
import { characterType, type UnicodeTables } from "../unicode/tables.ts";
import type { Expansions, Units } from "./channels.ts";

/** The gap between words. */
export const gapSymbol = 0;
/** Any character of a script with spaces that no term has. */
export const otherSymbol = 1;
/** No symbol, but the column of what is none. */
export const stopColumn = 2;
/** Any character of a script without spaces that no term has. */
export const otherUnspaced = 3;
const firstNumber = 4;

/** What `classes` says of a UTF-16 unit: below `slow` its symbol; from `slow` the scanner has to look closer. */
export const slow = 0x4000;
/** `paired + number`: a character of a script with spaces that has two symbols. */
export const paired = slow;
/** `unspaced + number`: a character that stands for itself and is a word of its own. */
export const unspaced = 0x8000;
/** `expanded + n`: unit n of `Expansions`, which becomes several letters or a letter with a mark. */
export const expanded = 0xc000;
/** Everything else: surrogates, marks, what becomes anything stranger, characters that are not there. */
export const complex = 0xffff;

/**
 * The symbols that a channel's automaton reads. A character has a number; below `stride` the number is its symbol, and
 * rarer characters are spelled by two symbols (`highOf`, `lowOf`), which keeps the automaton's rows short.
 */
export type Alphabet = {
  readonly stride: number;
  /** One class for each UTF-16 unit. */
  readonly classes: Uint16Array;
  /** Of each UTF-16 unit the column of the automaton's rows: its symbol, or `stopColumn` where the scanner has to look closer. */
  readonly columns: Uint16Array;
  /**
   * The `characterType` of each symbol. Where any character is spelled by two symbols, which may be of either kind, all are
   * of scripts with spaces, and characters of the others have `stopColumn`.
   */
  readonly types: Uint8Array;
  readonly expansions: Expansions;
  /** Two symbols of each expansion that is a letter with a mark; of every other `stopColumn`, twice. */
  readonly composed: Uint16Array;
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
  readonly types: Uint8Array;
  /** Characters by their numbers, which begin with 4 and, from `alone` characters on, with `stride`. */
  readonly characters: Int32Array;
  readonly alone: number;
  readonly expansions: Expansions;
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
  const numbers = numberCharacters({ characters, alone, stride });
  const types = rare > 0 ? new Uint8Array(stride).fill(characterType.word) : readTypes(numbers, tables, stride);
  const { classes, columns } = layClasses(numbers, tables, units, types);
  return openAlphabet({ stride, classes, columns, types, characters, alone, expansions: units.expansions });
}

export function openAlphabet(data: AlphabetData): Alphabet {
  const { stride, classes, columns, types, characters, alone, expansions } = data;
  const firstPair = firstNumber + alone;
  const digit = Math.ceil(Math.sqrt(characters.length - alone));
  const numbers = numberCharacters(data);
  // Most characters are of the first plane, where a table answers sooner than the map.
  const basic = new Uint16Array(65_536).fill(otherSymbol);
  for (const [character, number] of numbers) if (character < basic.length) basic[character] = number;
  const numberOf = (character: number) => basic[character] ?? numbers.get(character) ?? otherSymbol;
  return {
    stride,
    classes,
    columns,
    types,
    expansions,
    composed: readComposed(expansions, stride, numberOf),
    data,
    numberOf,
    highOf: (number) => firstPair + Math.floor((number - stride) / digit),
    lowOf: (number) => firstPair + digit + ((number - stride) % digit),
  };
}

function readComposed(
  { units, first, characters }: Expansions,
  stride: number,
  numberOf: (character: number) => number,
): Uint16Array {
  const composed = new Uint16Array(2 * units.length).fill(stopColumn);
  for (let n = 0; n < units.length; n++) {
    const at = first[n] as number;
    const mark = characters[at + 1] as number;
    if (mark >= 0) continue;
    const letter = numberOf(characters[at] as number);
    const over = numberOf(~mark);
    if (letter >= stride || over >= stride) continue;
    composed[2 * n] = letter;
    composed[2 * n + 1] = over;
  }
  return composed;
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

/** Sets, in the classes and columns of no terms, those of what the terms have. */
function layClasses(
  numbers: ReadonlyMap<number, number>,
  tables: UnicodeTables,
  units: Units,
  types: Uint8Array,
): Pick<Alphabet, "classes" | "columns"> {
  const isUnspacedRead = types[otherUnspaced] === characterType.unspaced;
  const bare = readBare(tables, units);
  const classes = bare.classes.slice();
  const columns = (isUnspacedRead ? bare.columns : bare.spacedColumns).slice();
  const basic = readBasicClasses(tables);
  for (const [character, number] of numbers) {
    const before = basic[character] ?? complex;
    if (before === complex) continue;
    const isUnspaced = before === unspaced + otherUnspaced;
    const isSymbol = number < types.length;
    const one = isUnspaced ? unspaced + number : isSymbol ? number : paired + number;
    const column = isSymbol && (isUnspacedRead || !isUnspaced) ? number : stopColumn;
    const to = bare.first[character + 1] as number;
    for (let i = bare.first[character] as number; i < to; i++) {
      classes[bare.listed[i] as number] = one;
      columns[bare.listed[i] as number] = column;
    }
  }
  // Where no term has any of the letters, several are worth as much as one that no term has, and so is one with a mark.
  const { units: expanding, first, characters } = units.expansions;
  for (let n = 0; n < expanding.length; n++) {
    const end = first[n + 1] as number;
    for (let i = first[n] as number; i < end; i++) {
      if (!numbers.has(characters[i] as number)) continue;
      classes[expanding[n] as number] = expanded + n;
      columns[expanding[n] as number] = stopColumn;
      break;
    }
  }
  return { classes, columns };
}

/** Classes and columns where no term has anything, and which units become a character: `listed[first[c]] .. listed[first[c + 1]]`. */
type Bare = Grouped & {
  readonly classes: Uint16Array;
  readonly columns: Uint16Array;
  /** The columns where characters of scripts without spaces have none. */
  readonly spacedColumns: Uint16Array;
};

function readBare(tables: UnicodeTables, units: Units): Bare {
  const known = bareOf.get(units);
  if (known !== undefined) return known;
  const { singles, expansions } = units;
  const basic = readBasicClasses(tables);
  const classes = singles.map((single) => (single === 0 ? complex : (basic[single] as number)));
  classes[0] = basic[0] as number;
  for (const unit of expansions.units) classes[unit] = otherSymbol;
  const toColumn = (one: number, ofUnspaced: number) =>
    one < slow ? one : one === unspaced + otherUnspaced ? ofUnspaced : stopColumn;
  const ofCharacter = new Int32Array(singles).map((single) => (single === 0 ? -1 : single));
  const bare = {
    ...groupNumbers(ofCharacter, singles.length),
    classes,
    columns: classes.map((one) => toColumn(one, otherUnspaced)),
    spacedColumns: classes.map((one) => toColumn(one, stopColumn)),
  };
  bareOf.set(units, bare);
  return bare;
}
/** Constants of the Unicode version and the channel. */
const bareOf = new WeakMap<Units, Bare>();

function readTypes(numbers: ReadonlyMap<number, number>, tables: UnicodeTables, stride: number): Uint8Array {
  const types = new Uint8Array(stride).fill(characterType.word);
  types[gapSymbol] = characterType.gap;
  types[otherUnspaced] = characterType.unspaced;
  for (const [character, number] of numbers) types[number] = tables.type.get(character);
  return types;
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
    else classes[character] = type === characterType.unspaced ? unspaced + otherUnspaced : complex;
  }
  basicClasses.set(tables, classes);
  return classes;
}
/** Constants of the Unicode version. */
const basicClasses = new WeakMap<UnicodeTables, Uint16Array>();
