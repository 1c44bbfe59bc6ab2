import type { Alphabet } from "./alphabet.ts";
import type { Automaton } from "./automaton.ts";
import type { LaneHits } from "./hits.ts";

/**
 * Of each pattern of a channel, in the automaton's order, four numbers that lie together: its number among the patterns of all
 * channels, that of its term, its characters without gaps plus 65,536 times its symbols, and the next pattern that ends where
 * it ends, or -1.
 */
export type PatternTable = Int32Array;

export const patternFields = 4;

/** What a scanner of one channel works with. */
export type ChannelScan = {
  readonly alphabet: Alphabet;
  readonly automaton: Automaton;
  readonly patterns: PatternTable;
  readonly hits: LaneHits;
};
