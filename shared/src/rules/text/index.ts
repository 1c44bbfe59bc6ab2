import { PolicyError } from "../../errors.ts";
import { ruleLimits } from "../limits.ts";
import type { Term } from "../matchers.ts";
import { characterType, type UnicodeTables } from "../unicode/tables.ts";
import { type Alphabet, buildAlphabet, gapSymbol } from "./alphabet.ts";
import { type Automaton, buildAutomaton } from "./automaton.ts";
import { buildFold, type Channel, channelKey, channelsOf, type Fold, readSingles } from "./channels.ts";
import { FormReader, readUnits, type Unit } from "./form-reader.ts";
import { Hits } from "./hits.ts";
import { type PatternTable, Scanner } from "./scanner.ts";
import { SpacedScanner } from "./spaced-scanner.ts";

/** Every term of a rule set in one place: terms that are spelled and bounded alike are one. */
export type TermIndex = {
  /** The number of a term, by which `hits` speaks of it. The same term always has the same number. */
  numberOf(term: Term): number;
  readonly hits: Hits;
  /** Fills `hits` anew with every place of every term: in each of its readings the first 256. */
  scan(text: string): void;
};

type Pattern = { readonly id: number; readonly units: readonly Unit[]; readonly boundary: Term["boundary"] };

/** Spelled by pairs, folded and bounded, a pattern is at most this long. */
const maxUnits = 400;

export function buildTermIndex(terms: readonly Term[], tables: UnicodeTables): TermIndex {
  const numbers = new Map<string, number>();
  const channels = new Map<
    number,
    { readonly channel: Channel; readonly fold: Fold; readonly reader: FormReader; readonly patterns: Pattern[] }
  >();
  for (const term of terms) {
    const key = termKey(term);
    if (numbers.has(key)) continue;
    const id = numbers.size;
    numbers.set(key, id);
    for (const channel of channelsOf(term)) {
      const place = channelKey(channel);
      const open = channels.get(place) ?? openChannel(channel, tables);
      channels.set(place, open);
      open.patterns.push({ id, units: readTerm(term, channel, open.reader), boundary: term.boundary });
    }
  }
  let slots = 0;
  const scanners = [...channels.values()].map(({ channel, fold, patterns }) => {
    slots += patterns.length;
    return buildScanner(channel, fold, patterns, tables, slots - patterns.length);
  });
  const hits = new Hits(slots);
  const later = new Hits(slots);
  return {
    numberOf: (term) => numbers.get(termKey(term)) ?? -1,
    hits,
    scan(text) {
      hits.clear();
      const length = Math.min(text.length, ruleLimits.textUnits);
      for (const scanner of scanners) scanner.scan(text, length, hits, later);
    },
  };
}

function openChannel(channel: Channel, tables: UnicodeTables) {
  const fold = buildFold(tables, channel);
  return { channel, fold, reader: new FormReader(tables, fold), patterns: [] };
}

function termKey(term: Term): string {
  const { lookalikes = false, spaced = false, digits = false, boundary = "word" } = term;
  return `${lookalikes}${spaced}${digits}${boundary} ${term.text}`;
}

function readTerm(term: Term, channel: Channel, reader: FormReader): Unit[] {
  const units = readUnits(term.text, reader);
  while (units.at(-1)?.type === characterType.gap) units.pop();
  const kept = channel.spaced ? units.filter((unit) => unit.type === characterType.word) : units;
  if (kept.length === 0) throw new PolicyError("RULE_REFUSED", "A term has no letter, digit or emoji.");
  if (kept[0]?.type === characterType.extend) throw new PolicyError("RULE_REFUSED", "A term begins with a mark.");
  if (kept.length > maxUnits) throw new PolicyError("RULE_REFUSED", "A term is too long once it is spelled out.");
  if (channel.spaced && kept.length < 3)
    throw new PolicyError("RULE_REFUSED", "A spaced term needs three letters or more.");
  return kept;
}

function buildScanner(channel: Channel, fold: Fold, patterns: readonly Pattern[], tables: UnicodeTables, slot: number) {
  const used = new Map<number, number>();
  for (const { units } of patterns) {
    for (const unit of units)
      if (unit.type !== characterType.gap) used.set(unit.character, (used.get(unit.character) ?? 0) + 1);
  }
  const alphabet = buildAlphabet(used, patterns.length, tables, readSingles(tables, channel));
  const spelled = patterns.map((pattern) => spell(pattern, alphabet, channel));
  const automaton = buildAutomaton(spelled, alphabet.stride);
  refuseNesting(automaton);
  const table: PatternTable = {
    slot: Int32Array.from(patterns, (_, i) => slot + i),
    term: Int32Array.from(patterns, (pattern) => pattern.id),
    length: Int32Array.from(patterns, ({ units }) => units.filter((unit) => unit.type !== characterType.gap).length),
    spelled: Int32Array.from(spelled, (symbols) => symbols.length),
  };
  const Kind = channel.spaced ? SpacedScanner : Scanner;
  return new Kind(alphabet, automaton, table, tables, fold);
}

/** The pattern in symbols. A whole word stands between gaps; a character that is a word of its own needs none. */
function spell({ units, boundary }: Pattern, alphabet: Alphabet, channel: Channel): Uint16Array {
  const out: number[] = [];
  const bounded = !channel.spaced && boundary !== "any";
  if (bounded && units[0]?.type !== characterType.unspaced) out.push(gapSymbol);
  for (const { character, type } of units) {
    if (type === characterType.gap) {
      out.push(gapSymbol);
      continue;
    }
    const number = alphabet.numberOf(character);
    if (number < alphabet.stride) out.push(number);
    else out.push(alphabet.highOf(number), alphabet.lowOf(number));
  }
  if (bounded && boundary !== "start" && lastType(units) !== characterType.unspaced) out.push(gapSymbol);
  return Uint16Array.from(out);
}

function lastType(units: readonly Unit[]): number | undefined {
  return units.findLast((unit) => unit.type !== characterType.extend)?.type;
}

/** Terms that end in one another (`a`, `aa`, `aaa` …) would all be reported at each place: this bounds the work of one. */
function refuseNesting({ first, shorter }: Automaton) {
  const depth = new Uint16Array(shorter.length);
  for (let state = 0; state < shorter.length; state++) {
    const next = shorter[state] as number;
    const own = (first[state + 1] as number) - (first[state] as number);
    depth[state] = own + (next < 0 ? 0 : (depth[next] as number));
    if ((depth[state] as number) > ruleLimits.nestedTerms) {
      throw new PolicyError("RULE_REFUSED", "Too many terms end in one another.");
    }
  }
}
