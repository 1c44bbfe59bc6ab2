import { PolicyError } from "../../errors.ts";
import { characterType, type UnicodeTables } from "../unicode/tables.ts";

/** Symbols that stand alone; rarer characters are spelled by a pair. Keeps the automaton's rows short. */
const standAlone = 120;

/** The gap between words. */
export const gapSymbol = 0;
/** Any character that no term has. */
export const otherSymbol = 1;

/** What `classes` says of a UTF-16 unit: below `slow` its symbol; from `slow` the scanner has to look closer. */
export const slow = 0x4000;
/** `unspaced + symbol`: a character that stands for itself and is a word of its own. */
export const unspaced = 0x8000;
/** Everything else: surrogates, marks, characters that become several, characters that are not there. */
export const complex = 0xffff;

export type Alphabet = {
  readonly stride: number;
  /** One number for each UTF-16 unit. */
  readonly classes: Uint16Array;
  /** The symbols of a folded character: one, or two as `hi * 65536 + lo`. */
  symbolOf(character: number): number;
};

/** `used` counts the folded characters of all terms of a channel; `singles` is what its units become. */
export function buildAlphabet(
  used: ReadonlyMap<number, number>,
  tables: UnicodeTables,
  singles: Uint16Array,
): Alphabet {
  const byUse = [...used].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([character]) => character);
  const rare = byUse.length > standAlone * 2 ? byUse.slice(standAlone) : [];
  const digit = Math.ceil(Math.sqrt(rare.length));
  const firstPair = 2 + byUse.length - rare.length;
  const stride = firstPair + 2 * digit;
  if (stride >= slow)
    throw new PolicyError("RULE_REFUSED", "The terms of the rule set use too many different characters.");
  const symbols = new Map<number, number>();
  byUse.forEach((character, i) => {
    const at = i - (byUse.length - rare.length);
    const symbol = at < 0 ? 2 + i : (firstPair + Math.floor(at / digit)) * 65_536 + (firstPair + digit + (at % digit));
    symbols.set(character, symbol);
  });
  const symbolOf = (character: number) => symbols.get(character) ?? otherSymbol;
  return { stride, symbolOf, classes: buildClasses(symbols, tables, singles) };
}

function buildClasses(symbols: ReadonlyMap<number, number>, tables: UnicodeTables, singles: Uint16Array): Uint16Array {
  const ofCharacter = readBasicClasses(tables).slice();
  for (const [character, symbol] of symbols) {
    if (character >= 65_536) continue;
    const before = ofCharacter[character] as number;
    if (before === complex) continue;
    if (symbol >= 65_536) ofCharacter[character] = complex;
    else ofCharacter[character] = before === unspaced + otherSymbol ? unspaced + symbol : symbol;
  }
  const classes = new Uint16Array(65_536);
  for (let unit = 0; unit < classes.length; unit++) {
    const single = singles[unit] as number;
    classes[unit] = single === 0 && unit !== 0 ? complex : (ofCharacter[single] as number);
  }
  return classes;
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
