import type { Term } from "../matchers.ts";
import { CodePoints } from "../unicode/code-points.ts";
import { characterType, type UnicodeTables } from "../unicode/tables.ts";

/** One way of reading a text. A term is looked for in the plain reading and in the one its spelling options ask for. */
export type Channel = { readonly lookalikes: boolean; readonly digits: boolean; readonly spaced: boolean };

export const plainChannel: Channel = Object.freeze({ lookalikes: false, digits: false, spaced: false });

export function channelsOf(term: Term): readonly Channel[] {
  const { lookalikes = false, digits = false, spaced = false } = term;
  const channels = [plainChannel];
  if (lookalikes || digits) channels.push({ lookalikes, digits, spaced: false });
  if (spaced) channels.push({ lookalikes, digits, spaced: true });
  return channels;
}

export const channelKey = (channel: Channel): number =>
  (channel.lookalikes ? 1 : 0) + (channel.digits ? 2 : 0) + (channel.spaced ? 4 : 0);

/** Digits and signs that are written for letters; letters that share a digit become one. */
const digitLetters: ReadonlyMap<number, number> = new Map(
  Object.entries({
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
  }).map(([from, to]) => [from.charCodeAt(0), to.charCodeAt(0)]),
);

export type Fold = (code: number, out: CodePoints) => void;

/** The characters that one character of the original becomes in a channel, appended to `out`. */
export function buildFold(tables: UnicodeTables, channel: Channel): Fold {
  const base = channel.lookalikes ? tables.foldLookalike : tables.fold;
  if (!channel.digits) return base;
  return (code, out) => {
    const from = out.length;
    base(code, out);
    for (let i = from; i < out.length; i++) out.set(i, digitLetters.get(out.at(i)) ?? out.at(i));
  };
}

/** What UTF-16 units become in a channel. */
export type Units = {
  /** Of each unit the one character of the same plane that it becomes, or 0 where it is not so simple. */
  readonly singles: Uint16Array;
  readonly expansions: Expansions;
};

/** Units that become several characters, all of them letters of a script with spaces: words from end to end, or a letter with one mark. */
export type Expansions = {
  /** Ascending. Unit n becomes `characters[first[n]] .. characters[first[n + 1]]`. */
  readonly units: Uint16Array;
  readonly first: Int32Array;
  /** Letters, 0 for a gap between them, `~mark` for a mark. */
  readonly characters: Int32Array;
};

export function readUnits(tables: UnicodeTables, channel: Channel): Units {
  const known = unitsOf.get(tables) ?? new Map<number, Units>();
  unitsOf.set(tables, known);
  const key = channelKey({ ...channel, spaced: false });
  const found = known.get(key);
  if (found !== undefined) return found;
  const fold = buildFold(tables, channel);
  const singles = new Uint16Array(65_536);
  const expanded: number[] = [];
  const first: number[] = [0];
  const characters: number[] = [];
  const out = new CodePoints();
  for (let unit = 1; unit < singles.length; unit++) {
    if (unit === 0xd800) unit = 0xe000;
    out.clear();
    fold(unit, out);
    const only = out.at(0);
    if (out.length === 1 && only < 65_536 && tables.rank.get(only) === 0) singles[unit] = only;
    else if (isWords(out, tables) || isComposed(out, tables)) {
      expanded.push(unit);
      for (let i = 0; i < out.length; i++) characters.push(toEntry(out.at(i), tables));
      first.push(characters.length);
    }
  }
  const expansions = {
    units: Uint16Array.from(expanded),
    first: Int32Array.from(first),
    characters: Int32Array.from(characters),
  };
  const units = { singles, expansions };
  known.set(key, units);
  return units;
}
/** Constants of the Unicode version, worked out once for each channel that is used. */
const unitsOf = new WeakMap<UnicodeTables, Map<number, Units>>();

/** Letters of scripts with spaces, without marks, and gaps between them. */
function isWords(out: CodePoints, { type, rank }: UnicodeTables): boolean {
  for (let i = 0; i < out.length; i++) {
    const kind = type.get(out.at(i));
    const isLetter = kind === characterType.word && rank.get(out.at(i)) === 0;
    const isInner = i > 0 && i < out.length - 1;
    if (!isLetter && !(isInner && kind === characterType.gap)) return false;
  }
  return out.length > 1;
}

/** A letter of a script with spaces, and one mark that belongs to it. */
function isComposed(out: CodePoints, { type, rank }: UnicodeTables): boolean {
  if (out.length !== 2) return false;
  const letter = out.at(0);
  const mark = out.at(1);
  const isLetter = type.get(letter) === characterType.word && rank.get(letter) === 0;
  return isLetter && type.get(mark) === characterType.extend && rank.get(mark) !== 0;
}

/** A folded character as `Expansions.characters` has it. */
function toEntry(character: number, { type }: UnicodeTables): number {
  const kind = type.get(character);
  if (kind === characterType.gap) return 0;
  return kind === characterType.extend ? ~character : character;
}
