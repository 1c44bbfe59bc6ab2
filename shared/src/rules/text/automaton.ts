import { characterType } from "../unicode/tables.ts";
import { gapSymbol, stopColumn } from "./alphabet.ts";
import { buildTrie, type Trie } from "./trie.ts";

/**
 * An Aho–Corasick automaton (Aho and Corasick, 1975) over small symbols. Where a text spends its time the automaton is
 * complete: a row of 16-bit numbers for each state, one load for each symbol. The rest, mostly the tails of long patterns,
 * goes by the tree of prefixes and its failure links.
 *
 * A place in it is the number of a state's row, or `~state` of a state that has none. Rows of states that have something to
 * report come last. `stopColumn` leads nowhere, so that what is no symbol stops the fast way.
 *
 * The gap between words is idempotent: a state reached by a gap stays on another gap. No pattern has two gaps in a row.
 *
 * Where a script without spaces meets one with them there is a gap that no character stands for. Rows know it: the last
 * symbol of a state that is no mark says of which kind the character before was, and the root has a row for each kind.
 * `follow` does not.
 */
export type Automaton = {
  /** Row n takes 2^`rowBits` numbers, each that of the row of the next state, or `noRow`. */
  readonly rows: Uint16Array;
  readonly rowBits: number;
  /** Rows from this one on are of states that have something to report. */
  readonly quietRows: number;
  /** The state of each row, and of each from `quietRows` on its first end. */
  readonly stateOf: Int32Array;
  readonly endOfRow: Int32Array;
  /**
   * Four numbers for each state, which lie together: its first child (the last before the next state's first), the next
   * shorter state, symbol * 65,536 + row or `noRow`, and its first end or -1.
   */
  readonly states: Int32Array;
  /** The `characterType` of each symbol. */
  readonly types: Uint8Array;
  /** Symbols that lead from the root to each state. */
  readonly depth: Uint16Array;
  /** Where patterns end: those of end n are numbers `first[n] .. first[n + 1]` in their order, and `shorter[n]` is the next end or -1. */
  readonly first: Int32Array;
  readonly shorter: Int32Array;
};

export const noRow = 0xffff;
/** Rows of the root, of the gap, and of the root after a character of a script without spaces. */
export const rootRow = 0;
export const gapRow = 1;
const unspacedRoot = 2;

/** Numbers in all rows together (4 MiB). */
const rowNumbers = 1 << 21;

/**
 * `types` says of each symbol its `characterType`; `mostRows` is 3 or more. `order` holds the numbers of the patterns, those
 * of one state together.
 */
export function buildAutomaton(
  patterns: readonly Uint16Array[],
  types: Uint8Array,
  mostRows: number = noRow,
): { readonly automaton: Automaton; readonly order: Int32Array } {
  const trie = buildTrie(patterns);
  const { endOf, first, shorter, order } = listEnds(trie);
  const rowBits = Math.ceil(Math.log2(types.length));
  const chosen = chooseRows(trie, Math.min(mostRows, rowNumbers >> rowBits) - 1);
  const quiet = chosen.filter((state) => endOf[state] === -1);
  const quietRows = quiet.length + 1;
  const stateOf = new Int32Array(chosen.length + 1);
  stateOf.set(quiet.subarray(unspacedRoot), unspacedRoot + 1);
  stateOf.set(quiet.subarray(0, unspacedRoot));
  stateOf.set(
    chosen.filter((state) => endOf[state] !== -1),
    quietRows,
  );
  const rowOf = new Uint16Array(trie.count).fill(noRow);
  stateOf.forEach((state, row) => {
    if (row !== unspacedRoot) rowOf[state] = row;
  });
  const rows = new Uint16Array(stateOf.length << rowBits).fill(noRow);
  // A state's row is made from that of a shorter one.
  for (let state = 0; state < trie.count; state++) {
    if (rowOf[state] !== noRow) writeRow(trie, state, rowOf, rows, rowBits, types);
  }
  rows.copyWithin(unspacedRoot << rowBits, rootRow << rowBits, (rootRow + 1) << rowBits);
  addGaps(trie, { rows, rowBits, quietRows, stateOf, types });
  const states = packStates(trie, rowOf, endOf);
  const { depth } = trie;
  const endOfRow = stateOf.subarray(quietRows).map((state) => endOf[state] as number);
  const automaton = { rows, rowBits, quietRows, stateOf, endOfRow, states, types, depth, first, shorter };
  return { automaton, order };
}

/**
 * The place that a symbol leads to. Its caller has followed the gap before a symbol of another kind than the last, and no
 * pattern begins with a gap before one of a script without spaces: so the one root it knows is as good as two.
 */
export function follow(automaton: Automaton, place: number, symbol: number): number {
  const { rows, rowBits, states } = automaton;
  if (place >= 0) {
    const next = rows[(place << rowBits) | symbol] as number;
    if (next !== noRow) return next;
  }
  let at = 4 * stateAt(automaton, place);
  if (symbol === gapSymbol && at !== 0 && (states[at + 2] as number) >>> 16 === gapSymbol) return place;
  for (;;) {
    const child = findSymbol(states, states[at] as number, states[at + 4] as number, symbol);
    if (child >= 0) return placeOf(states, child);
    if (at === 0) return rootRow;
    at = 4 * (states[at + 1] as number);
    const row = (states[at + 2] as number) & noRow;
    const next = row === noRow ? noRow : (rows[(row << rowBits) | symbol] as number);
    if (next !== noRow) return next;
  }
}

export function stateAt({ stateOf }: Automaton, place: number): number {
  return place < 0 ? ~place : (stateOf[place] as number);
}

/** True where a pattern ends. */
export function mayReport(automaton: Automaton, place: number): boolean {
  return place < 0 ? (automaton.states[4 * ~place + 3] as number) >= 0 : place >= automaton.quietRows;
}

/** The end of the longest patterns that end at a place, or -1. */
export function endAt(automaton: Automaton, place: number): number {
  if (place < 0) return automaton.states[4 * ~place + 3] as number;
  return place < automaton.quietRows ? -1 : (automaton.endOfRow[place - automaton.quietRows] as number);
}

function placeOf(states: Int32Array, state: number): number {
  const row = (states[4 * state + 2] as number) & noRow;
  return row === noRow ? ~state : row;
}

/** The state from `low` on and before `high` that is reached by a symbol, or -1. */
function findSymbol(states: Int32Array, low: number, high: number, symbol: number): number {
  const end = high;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((states[4 * middle + 2] as number) >>> 16 < symbol) low = middle + 1;
    else high = middle;
  }
  return low < end && (states[4 * low + 2] as number) >>> 16 === symbol ? low : -1;
}

function packStates({ count, children, fail, symbol }: Trie, rowOf: Uint16Array, endOf: Int32Array): Int32Array {
  const states = new Int32Array(4 * (count + 1));
  for (let state = 0; state < count; state++) {
    states[4 * state] = children[state] as number;
    states[4 * state + 1] = fail[state] as number;
    states[4 * state + 2] = ((symbol[state] as number) << 16) | (rowOf[state] as number);
    states[4 * state + 3] = endOf[state] as number;
  }
  states[4 * count] = children[count] as number;
  return states;
}

/**
 * States that get a row: those that most prefixes of the patterns end in. Terms are made of the language that the text is
 * made of, so these are also where the text is. The root and the gap, where every text begins, have the first two.
 */
function chooseRows({ count, fail }: Trie, wanted: number): Int32Array {
  const weight = new Int32Array(count).fill(1);
  for (let state = count - 1; state > 0; state--) {
    const shorter = fail[state] as number;
    weight[shorter] = (weight[shorter] as number) + (weight[state] as number);
  }
  weight[1] = weight[0] as number;
  // Sorted by the platform as numbers: the heaviest first, of those alike the first.
  const keys = new Float64Array(count);
  for (let state = 0; state < count; state++) keys[state] = state - (weight[state] as number) * 2 ** 32;
  keys.sort();
  const chosen = new Int32Array(Math.min(wanted, count));
  for (let i = 0; i < chosen.length; i++) chosen[i] = (keys[i] as number) | 0;
  return chosen;
}

/** A row is that of the nearest shorter state that has one, and on top of it what the states between and the state itself say. */
function writeRow(
  { children, fail, symbol }: Trie,
  state: number,
  rowOf: Uint16Array,
  rows: Uint16Array,
  rowBits: number,
  types: Uint8Array,
) {
  const at = (rowOf[state] as number) << rowBits;
  const above = [state];
  if (state === 0) {
    rows.fill(rootRow, at, at + (1 << rowBits));
    types.forEach((type, one) => {
      if (type === characterType.unspaced) rows[at + one] = unspacedRoot;
    });
    rows[at + stopColumn] = noRow;
  } else {
    let below = fail[state] as number;
    for (; rowOf[below] === noRow; below = fail[below] as number) above.push(below);
    const source = (rowOf[below] as number) << rowBits;
    rows.copyWithin(at, source, source + (1 << rowBits));
  }
  for (const one of above.reverse()) {
    for (let child = children[one] as number; child < (children[one + 1] as number); child++) {
      rows[at + (symbol[child] as number)] = rowOf[child] as number;
    }
  }
  if (state !== 0 && symbol[state] === gapSymbol) rows[at + gapSymbol] = rowOf[state] as number;
}

/** Leads each row, on symbols of the other kind than its state's last, by the gap between them, unless that has something to report. */
function addGaps(
  { symbol, parent }: Trie,
  { rows, rowBits, quietRows, stateOf, types }: Pick<Automaton, "rows" | "rowBits" | "quietRows" | "stateOf" | "types">,
) {
  const { unspaced, word, extend } = characterType;
  const symbols = Uint16Array.from(types, (_, one) => one);
  const afterUnspaced = symbols.filter((one) => types[one] === word && one !== stopColumn);
  const afterWord = symbols.filter((one) => types[one] === unspaced);
  for (let row = 0; row < stateOf.length; row++) {
    let state = stateOf[row] as number;
    while (types[symbol[state] as number] === extend) state = parent[state] as number;
    if (state !== 0 && symbol[state] === gapSymbol) continue;
    const isUnspaced = state === 0 ? row === unspacedRoot : types[symbol[state] as number] === unspaced;
    const others = isUnspaced ? afterUnspaced : afterWord;
    const at = row << rowBits;
    const gap = rows[at + gapSymbol] as number;
    for (let i = 0; i < others.length; i++) {
      const one = others[i] as number;
      rows[at + one] = gap < quietRows ? (rows[(gap << rowBits) + one] as number) : noRow;
    }
  }
}

/** Ends are states with patterns; `endOf` is, of each state, the one of the longest that is the state or shorter. */
function listEnds({ ends, count, fail }: Trie) {
  const order = Int32Array.from(ends, (_, pattern) => pattern);
  order.sort((a, b) => (ends[a] as number) - (ends[b] as number) || a - b);
  const endOf = new Int32Array(count).fill(-1);
  const first: number[] = [];
  const shorter: number[] = [];
  let next = 0;
  for (let state = 0; state < count; state++) {
    const below = state === 0 ? -1 : (endOf[fail[state] as number] as number);
    endOf[state] = below;
    if (next === order.length || ends[order[next] as number] !== state) continue;
    endOf[state] = first.length;
    first.push(next);
    shorter.push(below);
    while (next < order.length && ends[order[next] as number] === state) next++;
  }
  first.push(next);
  return { endOf, first: Int32Array.from(first), shorter: Int32Array.from(shorter), order };
}
