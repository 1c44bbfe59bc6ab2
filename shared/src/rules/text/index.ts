import { PolicyError } from "../../errors.ts";
import { ruleLimits } from "../limits.ts";
import type { Term } from "../matchers.ts";
import type { UnicodeTables } from "../unicode/tables.ts";
import { type AlphabetData, buildAlphabet, openAlphabet } from "./alphabet.ts";
import type { Automaton } from "./automaton.ts";
import { buildAutomaton } from "./build-automaton.ts";
import { type PatternTable, patternFields } from "./channel-scan.ts";
import { buildFold, type Channel, channelKey, channelsOf, type Fold, readUnits } from "./channels.ts";
import { FormReader, gapCharacter } from "./form-reader.ts";
import { Hits, type LaneHits } from "./hits.ts";
import { countCharacters, type Pattern, readPattern, spellPattern } from "./patterns.ts";
import { Scanner } from "./scanner.ts";
import { SpacedScanner } from "./spaced-scanner.ts";

/** Every term of a rule set in one place: terms that are spelled and bounded alike are one. */
export type TermIndex = {
  /** The number of a term, by which `hits` speaks of it. The same term always has the same number. */
  numberOf(term: Term): number;
  /** What was worked out, to be kept. */
  readonly data: TermData;
  readonly hits: Hits;
  /** Fills `hits` anew with every place of every term: in each of its readings the first 256. */
  scan(text: string): void;
};

/** What is worked out from the terms that are read in one channel. */
type ChannelData = {
  readonly channel: Channel;
  readonly alphabet: AlphabetData;
  readonly automaton: Automaton;
  readonly patterns: PatternTable;
};

/** What is worked out from all terms; it can be kept, and goes with these terms only. */
export type TermData = readonly ChannelData[];

type OpenChannel = {
  readonly channel: Channel;
  readonly fold: Fold;
  readonly reader: FormReader;
  readonly patterns: Pattern[];
};

/** `kept` is the `data` of the same terms, worked out before. */
export function buildTermIndex(terms: readonly Term[], tables: UnicodeTables, kept?: TermData): TermIndex {
  const numbers = new Map<string, number>();
  const distinct: Term[] = [];
  for (const term of terms) {
    const key = termKey(term);
    if (numbers.has(key)) continue;
    numbers.set(key, distinct.length);
    distinct.push(term);
  }
  const data = kept ?? layOutTerms(distinct, tables);
  const slots = data.reduce((sum, { patterns }) => sum + patterns.length / patternFields, 0);
  const lanes: LaneHits = [new Hits(slots), new Hits(slots), new Hits(slots), new Hits(slots)];
  const [hits] = lanes;
  const scanners = data.map((channel) => openScanner(channel, tables, lanes));
  return {
    data,
    numberOf: (term) => numbers.get(termKey(term)) ?? -1,
    hits,
    scan(text) {
      hits.clear();
      const length = Math.min(text.length, ruleLimits.textUnits);
      for (const scanner of scanners) scanner.scan(text, length);
    },
  };
}

/**
 * Term number n is `terms[n]`, no two of which are alike. Automata with fewer than `mostRows` rows find the same in more time.
 * Throws RULE_REFUSED where terms cannot be matched as they are written.
 */
export function layOutTerms(terms: readonly Term[], tables: UnicodeTables, mostRows?: number): TermData {
  const channels = new Map<number, OpenChannel>();
  terms.forEach((term, number) => {
    for (const channel of channelsOf(term)) {
      const place = channelKey(channel);
      const open = channels.get(place) ?? openChannel(channel, tables);
      channels.set(place, open);
      open.patterns.push(readPattern(number, term, channel, open.reader, tables));
    }
  });
  let slots = 0;
  return [...channels.values()].map((open) => {
    slots += open.patterns.length;
    return layOutChannel(open, tables, slots - open.patterns.length, mostRows);
  });
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

function layOutChannel(
  { channel, patterns }: OpenChannel,
  tables: UnicodeTables,
  slot: number,
  mostRows?: number,
): ChannelData {
  const alphabet = buildAlphabet(countUses(patterns), patterns.length, tables, readUnits(tables, channel));
  const spelled = patterns.map((pattern) => spellPattern(pattern, channel, alphabet, tables));
  const { automaton, order, nextEnd } = buildAutomaton(spelled, alphabet.types, mostRows);
  refuseNesting(nextEnd);
  const table = new Int32Array(patternFields * order.length);
  order.forEach((number, i) => {
    const pattern = patterns[number] as Pattern;
    const lengths = countCharacters(pattern) + ((spelled[number] as Uint16Array).length << 16);
    const at = patternFields * i;
    table[at] = slot + number;
    table[at + 1] = pattern.term;
    table[at + 2] = lengths;
    table[at + 3] = nextEnd[i] as number;
  });
  return { channel, alphabet: alphabet.data, automaton, patterns: table };
}

/** How often each character stands in the patterns, gaps aside. */
function countUses(patterns: readonly Pattern[]): ReadonlyMap<number, number> {
  const uses = new Map<number, number>();
  for (const { form } of patterns) {
    for (const one of form) if (one !== gapCharacter) uses.set(one, (uses.get(one) ?? 0) + 1);
  }
  return uses;
}

function openScanner({ channel, alphabet, ...read }: ChannelData, tables: UnicodeTables, hits: LaneHits) {
  const Kind = channel.spaced ? SpacedScanner : Scanner;
  return new Kind({ alphabet: openAlphabet(alphabet), hits, ...read }, tables, buildFold(tables, channel));
}

/** Terms that end in one another (`a`, `aa`, `aaa` …) would all be reported at each place: this bounds the work of one. */
function refuseNesting(nextEnd: Int32Array) {
  const count = new Uint16Array(nextEnd.length);
  for (let end = 0; end < nextEnd.length; end++) {
    const next = nextEnd[end] as number;
    count[end] = 1 + (next < 0 ? 0 : (count[next] as number));
    if ((count[end] as number) > ruleLimits.nestedTerms) {
      throw new PolicyError("RULE_REFUSED", "Too many terms end in one another.");
    }
  }
}
