import { buildTrie, type Trie } from "./trie.ts";

/**
 * An Aho–Corasick automaton (Aho and Corasick, 1975) over small symbols. Where a text spends its time the automaton is
 * complete: a row for each state, one load for each symbol. The rest, mostly the tails of long patterns, is four numbers a
 * state. A state is known by its place in the one table; an entry below 0 is `~place` and asks for a closer look: the state
 * has something to report, or no row.
 *
 * Symbol 0 is the gap between words and is idempotent: a state reached by a gap stays on another gap. No pattern has two
 * gaps in a row.
 */
export type Automaton = {
  /**
   * Rows, then from `rowsEnd` records of four: the one symbol that goes on, where to, the next shorter state,
   * and number * 4 + (has something to report ? 2 : 0) + (is reached by a gap ? 1 : 0).
   */
  readonly table: Int32Array;
  readonly rowsEnd: number;
  readonly stride: number;
  /** The number of the state of each row. */
  readonly numbers: Int32Array;
  /** Symbols that lead from the root to state number n. */
  readonly depth: Uint16Array;
  /** Of state number n: its patterns are `patterns[first[n] .. first[n + 1]]`. */
  readonly first: Int32Array;
  readonly patterns: Int32Array;
  /** Of state number n: the number of the next shorter state that has patterns, or -1. */
  readonly shorter: Int32Array;
};

/** Numbers in rows that are spent on speed alone (2 MiB). States with several children have a row all the same. */
const rowNumbers = 1 << 19;

const recordSize = 4;

export function buildAutomaton(patterns: readonly Uint16Array[], stride: number): Automaton {
  const trie = buildTrie(patterns);
  const listed = listPatterns(trie);
  const shorter = linkOutputs(trie, listed.first);
  const numbers = chooseRows(trie, Math.floor(rowNumbers / stride));
  const reports = new Uint8Array(trie.count);
  for (let state = 0; state < trie.count; state++) {
    if (shorter[state] !== -1 || listed.first[state] !== listed.first[state + 1]) reports[state] = 1;
  }
  const layout = layOut(trie, numbers, stride, reports);
  for (let state = 0; state < trie.count; state++) {
    if ((layout.places[state] as number) < layout.rowsEnd) writeRow(trie, state, layout, stride);
    else writeRecord(trie, state, layout);
  }
  const { table, rowsEnd } = layout;
  return { table, rowsEnd, stride, numbers, depth: trie.depth, shorter, ...listed };
}

type Layout = {
  readonly table: Int32Array;
  readonly rowsEnd: number;
  /** Of each state: its place in the table, and how the table speaks of it. */
  readonly places: Int32Array;
  readonly entries: Int32Array;
  /** 1 for states that have something to report. */
  readonly reports: Uint8Array;
};

function layOut({ count, children }: Trie, numbers: Int32Array, stride: number, reports: Uint8Array): Layout {
  const rowsEnd = numbers.length * stride;
  const places = new Int32Array(count).fill(-1);
  numbers.forEach((state, row) => {
    places[state] = row * stride;
  });
  // The tail of a pattern lies in one piece.
  let end = rowsEnd;
  for (let state = 0; state < count; state++) {
    for (let at = state; at < count && places[at] === -1; at = children[at] as number) {
      places[at] = end;
      end += recordSize;
      if (children[at] === children[at + 1]) break;
    }
  }
  const entries = new Int32Array(count);
  for (let state = 0; state < count; state++) {
    const place = places[state] as number;
    entries[state] = place >= rowsEnd || reports[state] === 1 ? ~place : place;
  }
  return { table: new Int32Array(end), rowsEnd, places, entries, reports };
}

/** Next of a state on a symbol, as an entry of the table. */
export function follow({ table, rowsEnd }: Automaton, place: number, symbol: number): number {
  let at = place;
  if (at >= rowsEnd && symbol === 0 && ((table[at + 3] as number) & 1) === 1) return at;
  while (at >= rowsEnd) {
    if (table[at] === symbol) return table[at + 1] as number;
    at = table[at + 2] as number;
  }
  return table[at + symbol] as number;
}

export function numberAt({ table, rowsEnd, stride, numbers }: Automaton, place: number): number {
  return place < rowsEnd ? (numbers[place / stride] as number) : (table[place + 3] as number) >> 2;
}

/** False where a state, to which an entry below 0 led, has only no row. */
export function mayReport({ table, rowsEnd }: Automaton, place: number): boolean {
  return place < rowsEnd || ((table[place + 3] as number) & 2) !== 0;
}

/** The number of the longest state at or below a place that has patterns, or -1. */
export function reportAt(automaton: Automaton, place: number): number {
  const number = numberAt(automaton, place);
  const { first, shorter } = automaton;
  return first[number] === first[number + 1] ? (shorter[number] as number) : number;
}

/**
 * States that get a row: those with several children, and those that most prefixes of the patterns end in. Terms are made
 * of the language that the text is made of, so these are also where the text is.
 */
function chooseRows({ count, children, fail }: Trie, wanted: number): Int32Array {
  const weight = new Int32Array(count).fill(1);
  for (let state = count - 1; state > 0; state--) {
    const shorter = fail[state] as number;
    weight[shorter] = (weight[shorter] as number) + (weight[state] as number);
  }
  const forks: number[] = [];
  const busy: number[] = [];
  const others: number[] = [];
  for (let state = 0; state < count; state++) {
    const isFork = state < 2 || (children[state + 1] as number) - (children[state] as number) > 1;
    (isFork ? forks : weight[state] === 1 ? others : busy).push(state);
  }
  const byWeight = (a: number, b: number) => (weight[b] as number) - (weight[a] as number) || a - b;
  const room = Math.max(0, wanted - forks.length);
  const chosen = [...forks, ...busy.sort(byWeight).slice(0, room)].sort(byWeight);
  return Int32Array.from(chosen.concat(others.slice(0, Math.max(0, room - busy.length))));
}

/** A row is that of the nearest shorter state that has one, and on top of it what the states between and the state itself say. */
function writeRow(
  { children, fail, symbol }: Trie,
  state: number,
  { table, places, entries, rowsEnd }: Layout,
  stride: number,
) {
  const place = places[state] as number;
  const above = [state];
  if (state !== 0) {
    let below = fail[state] as number;
    while ((places[below] as number) >= rowsEnd) {
      above.push(below);
      below = fail[below] as number;
    }
    const source = places[below] as number;
    table.copyWithin(place, source, source + stride);
  }
  for (const one of above.reverse()) {
    for (let child = children[one] as number; child < (children[one + 1] as number); child++) {
      table[place + (symbol[child] as number)] = entries[child] as number;
    }
  }
  if (state !== 0 && symbol[state] === 0) table[place] = place;
}

function writeRecord({ children, fail, symbol }: Trie, state: number, { table, places, entries, reports }: Layout) {
  const place = places[state] as number;
  const child = children[state] as number;
  const goesOn = child < (children[state + 1] as number);
  table[place] = goesOn ? (symbol[child] as number) : -1;
  table[place + 1] = goesOn ? (entries[child] as number) : 0;
  table[place + 2] = places[fail[state] as number] as number;
  table[place + 3] = state * 4 + (reports[state] as number) * 2 + (symbol[state] === 0 ? 1 : 0);
}

function linkOutputs({ count, fail }: Trie, first: Int32Array): Int32Array {
  const shorter = new Int32Array(count).fill(-1);
  for (let state = 1; state < count; state++) {
    const next = fail[state] as number;
    shorter[state] = first[next] === first[next + 1] ? (shorter[next] as number) : next;
  }
  return shorter;
}

function listPatterns({ ends, count }: Trie) {
  const first = new Int32Array(count + 1);
  for (const end of ends) first[end + 1] = (first[end + 1] as number) + 1;
  for (let i = 0; i < count; i++) first[i + 1] = (first[i + 1] as number) + (first[i] as number);
  const next = first.slice();
  const patterns = new Int32Array(ends.length);
  ends.forEach((end, pattern) => {
    patterns[next[end] as number] = pattern;
    next[end] = (next[end] as number) + 1;
  });
  return { first, patterns };
}
