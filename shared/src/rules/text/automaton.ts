import { gapSymbol } from "./alphabet.ts";

/**
 * An Aho–Corasick automaton (Aho and Corasick, 1975) over small symbols. Where a text spends its time the automaton is
 * complete: a row of 16-bit numbers for each state, one load for each symbol. The rest, mostly the tails of long patterns,
 * goes by the tree of prefixes and its failure links; the states of a tail lie one after the other.
 *
 * A place in it is the number of a state's row, or `~tail` of a state that has none. Rows of states that have something to
 * report come last. `stopColumn` leads nowhere, so that what is no symbol stops the fast way.
 *
 * The gap between words is idempotent: a state reached by a gap stays on another gap. No pattern has two gaps in a row.
 *
 * Where a script without spaces meets one with them there is a gap that no character stands for. Rows know it: the last
 * symbol of a state that is no mark says of which kind the character before was, and the root has a row for each kind.
 * `follow` does not.
 */
export type Automaton = {
  /**
   * A number for each row and symbol: the row of the next state, or `noRow`. They lie in blocks of `blockColumns` symbols, the
   * commonest first, so that what a text asks of two rows fills one line of the processor's caches (`cellOf`).
   */
  readonly rows: Uint16Array;
  /** Rows from this one on are of states that have something to report. */
  readonly quietRows: number;
  /** Of each row from `quietRows` on the first pattern that ends there. */
  readonly endOfRow: Int32Array;
  /** Of each row the place of the next shorter state. */
  readonly shorterOfRow: Int32Array;
  /**
   * Four numbers for each state without a row: its symbol if it is a child of the one before it, else -1; its symbol, and
   * `hasEdges` if `edges` knows of children; the place of the next shorter state; the first pattern that ends there, or -1.
   */
  readonly tails: Int32Array;
  /** By hash, three numbers each: a place, a symbol, and the place of the child that neither rows nor the order of tails tell; `freeSlot` where none is. */
  readonly edges: Int32Array;
  /** Symbols that lead from the root to the state of each row, and after them of each tail. */
  readonly depths: Uint16Array;
};

export const noRow = 0xffff;
const blockBits = 4;
/** Symbols of one block; of each row a block has so many numbers. */
export const blockColumns = 1 << blockBits;
/** Rows of the root, of the gap, and of the root after a character of a script without spaces. */
export const rootRow = 0;
export const gapRow = 1;
export const unspacedRoot = 2;

export const tailFields = 4;
export const hasEdges = 1 << 16;
export const edgeFields = 3;
export const freeSlot = 0x7fffffff;

/** Where in `rows` of so many rows a symbol's number for the first of them is; that for row n lies n * `blockColumns` further. */
export function cellOf(rowCount: number, symbol: number): number {
  return (((symbol >>> blockBits) * rowCount) << blockBits) + (symbol & (blockColumns - 1));
}

/** The `cellOf` of each unit's symbol. */
export function layCells({ rows, shorterOfRow }: Automaton, symbols: Uint16Array): Int32Array {
  const rowCount = shorterOfRow.length;
  // In the first block a symbol is its own cell, and many automata have no other.
  const cells = new Int32Array(symbols);
  if (rows.length === rowCount * blockColumns) return cells;
  for (let unit = 0; unit < cells.length; unit++) {
    const symbol = cells[unit] as number;
    if (symbol >= blockColumns) cells[unit] = cellOf(rowCount, symbol);
  }
  return cells;
}

/** The row that a symbol leads to, or `noRow`. */
export function nextRow({ rows, shorterOfRow }: Automaton, row: number, symbol: number): number {
  return rows[row * blockColumns + cellOf(shorterOfRow.length, symbol)] as number;
}

/**
 * The place that a symbol leads to. Its caller has followed the gap before a symbol of another kind than the last, and no
 * pattern begins with a gap before one of a script without spaces: so the one root it knows is as good as two.
 */
export function follow(automaton: Automaton, place: number, symbol: number): number {
  const { rows, tails, shorterOfRow } = automaton;
  if (place < 0 && symbol === gapSymbol && ((tails[tailFields * ~place + 1] as number) & ~hasEdges) === gapSymbol) {
    return place;
  }
  const cell = cellOf(shorterOfRow.length, symbol);
  for (let at = place; ; ) {
    if (at >= 0) {
      const next = rows[at * blockColumns + cell] as number;
      if (next !== noRow) return next;
      const child = findEdge(automaton.edges, at, symbol);
      if (child !== freeSlot) return child;
      if (at === rootRow) return rootRow;
      at = shorterOfRow[at] as number;
      continue;
    }
    const tail = tailFields * ~at;
    if (tails[tail + tailFields] === symbol) return at - 1;
    if ((tails[tail + 1] as number) >= hasEdges) {
      const child = findEdge(automaton.edges, at, symbol);
      if (child !== freeSlot) return child;
    }
    at = tails[tail + 2] as number;
  }
}

/** Symbols from the root to a place. */
export function depthAt({ depths, shorterOfRow }: Automaton, place: number): number {
  return depths[place < 0 ? shorterOfRow.length + ~place : place] as number;
}

/** True where a pattern ends. */
export function mayReport(automaton: Automaton, place: number): boolean {
  return place < 0 ? endAt(automaton, place) >= 0 : place >= automaton.quietRows;
}

/** The first of the patterns that end at a place, or -1. */
export function endAt({ tails, endOfRow, quietRows }: Automaton, place: number): number {
  if (place < 0) return tails[tailFields * ~place + 3] as number;
  return place < quietRows ? -1 : (endOfRow[place - quietRows] as number);
}

/** The child of a place by a symbol, or `freeSlot`. */
function findEdge(edges: Int32Array, place: number, symbol: number): number {
  for (let at = firstSlot(edges, place, symbol); ; at = nextSlot(edges, at)) {
    const from = edges[at] as number;
    if (from === freeSlot || (from === place && edges[at + 1] === symbol)) return edges[at + 2] as number;
  }
}

/** Where an edge is, unless others are there before it. */
export function firstSlot(edges: Int32Array, place: number, symbol: number): number {
  const hash = Math.imul(Math.imul(place, 0x85ebca6b) ^ symbol, 0x9e3779b1);
  return edgeFields * ((hash ^ (hash >>> 15)) & (edges.length / edgeFields - 1));
}

export function nextSlot(edges: Int32Array, at: number): number {
  return at + edgeFields === edges.length ? 0 : at + edgeFields;
}
