import { PolicyError } from "../../errors.ts";
import { ruleLimits } from "../limits.ts";
import type { Term } from "../matchers.ts";
import type { UnicodeTables } from "../unicode/tables.ts";
import { buildAlphabet } from "./alphabet.ts";
import { type Automaton, buildAutomaton } from "./automaton.ts";
import { buildFold, type Channel, channelKey, channelsOf, type Fold, readSingles } from "./channels.ts";
import { FormReader, gapCharacter } from "./form-reader.ts";
import { Hits } from "./hits.ts";
import { countCharacters, type Pattern, readPattern, spellPattern } from "./patterns.ts";
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

type OpenChannel = {
  readonly channel: Channel;
  readonly fold: Fold;
  readonly reader: FormReader;
  readonly patterns: Pattern[];
};

export function buildTermIndex(terms: readonly Term[], tables: UnicodeTables): TermIndex {
  const numbers = new Map<string, number>();
  const channels = new Map<number, OpenChannel>();
  for (const term of terms) {
    const key = termKey(term);
    if (numbers.has(key)) continue;
    const number = numbers.size;
    numbers.set(key, number);
    for (const channel of channelsOf(term)) {
      const place = channelKey(channel);
      const open = channels.get(place) ?? openChannel(channel, tables);
      channels.set(place, open);
      open.patterns.push(readPattern(number, term, channel, open.reader, tables));
    }
  }
  let slots = 0;
  const scanners = [...channels.values()].map((open) => {
    slots += open.patterns.length;
    return buildScanner(open, tables, slots - open.patterns.length);
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

function openChannel(channel: Channel, tables: UnicodeTables): OpenChannel {
  const fold = buildFold(tables, channel);
  return { channel, fold, reader: new FormReader(tables, fold), patterns: [] };
}

/** Terms with one key are one term. */
function termKey({ text, lookalikes, spaced, digits, boundary }: Term): string {
  const options = (lookalikes ? 1 : 0) + (spaced ? 2 : 0) + (digits ? 4 : 0);
  return `${boundary ?? "word"}${options}${text}`;
}

function buildScanner({ channel, fold, patterns }: OpenChannel, tables: UnicodeTables, slot: number) {
  const used = new Map<number, number>();
  for (const { form } of patterns) {
    for (const one of form) if (one !== gapCharacter) used.set(one, (used.get(one) ?? 0) + 1);
  }
  const alphabet = buildAlphabet(used, patterns.length, tables, readSingles(tables, channel));
  const spelled = patterns.map((pattern) => spellPattern(pattern, channel, alphabet, tables));
  const automaton = buildAutomaton(spelled, alphabet.stride);
  refuseNesting(automaton);
  const table: PatternTable = {
    slot: Int32Array.from(patterns, (_, i) => slot + i),
    term: Int32Array.from(patterns, (pattern) => pattern.term),
    length: Int32Array.from(patterns, countCharacters),
    spelled: Int32Array.from(spelled, (symbols) => symbols.length),
  };
  const Kind = channel.spaced ? SpacedScanner : Scanner;
  return new Kind(alphabet, automaton, table, tables, fold);
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
