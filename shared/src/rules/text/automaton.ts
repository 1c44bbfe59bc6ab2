/**
 * An Aho–Corasick automaton (Aho and Corasick, 1975) over small symbols, completed to one table so that each symbol costs
 * one load: `next = table[state + symbol]`. A state is the place of its row; a negative entry is `~state` of a state that
 * has something to report.
 *
 * Symbol 0 is the gap between words and is idempotent: a state reached by a gap goes to itself on another gap. No pattern
 * has two gaps in a row.
 */
export type Automaton = {
  readonly table: Int32Array;
  readonly stride: number;
  /** Of state number n (place / stride): its patterns are `patterns[first[n] .. first[n + 1]]`. */
  readonly first: Int32Array;
  readonly patterns: Int32Array;
  /** Of state number n: the number of the next shorter state that has patterns, or -1. */
  readonly shorter: Int32Array;
};

type Trie = {
  readonly parent: Int32Array;
  readonly symbol: Uint16Array;
  /** States are numbered by depth; level d is `levels[d] .. levels[d + 1]`. */
  readonly levels: readonly number[];
  readonly count: number;
  /** The state that each pattern ends in. */
  readonly ends: Int32Array;
};

/** Numbers in the table that these patterns need, at most. */
export function tableSize(patterns: readonly Uint16Array[], stride: number): number {
  return buildTrie(patterns).count * stride;
}

export function buildAutomaton(patterns: readonly Uint16Array[], stride: number): Automaton {
  const { parent, symbol, levels, count, ends } = buildTrie(patterns);
  const table = new Int32Array(count * stride);
  const fail = new Int32Array(count);
  const own = new Uint8Array(count);
  const accepts = new Uint8Array(count);
  for (const end of ends) own[end] = 1;
  for (let level = 1; level < levels.length - 1; level++) {
    const from = levels[level] as number;
    const to = levels[level + 1] as number;
    // Edges of a whole level first: the rows of this level are copied from shallower states, which then have them all.
    for (let state = from; state < to; state++) {
      const above = parent[state] as number;
      const by = symbol[state] as number;
      const next = above === 0 ? 0 : (table[(fail[above] as number) * stride + by] as number);
      const failure = (next < 0 ? ~next : next) / stride;
      fail[state] = failure;
      accepts[state] = (own[state] as number) | (accepts[failure] as number);
    }
    for (let state = from; state < to; state++) {
      const row = state * stride;
      table[(parent[state] as number) * stride + (symbol[state] as number)] = accepts[state] === 1 ? ~row : row;
    }
    for (let state = from; state < to; state++) {
      const row = state * stride;
      const source = (fail[state] as number) * stride;
      table.copyWithin(row, source, source + stride);
      if (symbol[state] === 0) table[row] = accepts[state] === 1 ? ~row : row;
    }
  }
  const shorter = new Int32Array(count).fill(-1);
  for (let state = 1; state < count; state++) {
    const next = fail[state] as number;
    if (accepts[next] === 1) shorter[state] = own[next] === 1 ? next : (shorter[next] as number);
  }
  return { table, stride, shorter, ...listPatterns(ends, count) };
}

function listPatterns(ends: Int32Array, count: number) {
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

/** State 0 is the root, state 1 the gap. Sorted patterns share their prefixes with their neighbours. */
function buildTrie(patterns: readonly Uint16Array[]): Trie {
  const total = patterns.reduce((sum, pattern) => sum + pattern.length, 2);
  const parent = new Int32Array(total);
  const symbol = new Uint16Array(total);
  const depth = new Uint16Array(total);
  const ends = new Int32Array(patterns.length);
  depth[1] = 1;
  let count = 2;
  const sorted = patterns.map((_, i) => i);
  sorted.sort((a, b) => compare(patterns[a] as Uint16Array, patterns[b] as Uint16Array));
  const path = [0, 1];
  let last: Uint16Array = Uint16Array.of(0);
  for (const index of sorted) {
    const pattern = patterns[index] as Uint16Array;
    let shared = 0;
    while (shared < last.length && shared < pattern.length && last[shared] === pattern[shared]) shared++;
    for (let i = shared; i < pattern.length; i++) {
      parent[count] = path[i] as number;
      symbol[count] = pattern[i] as number;
      depth[count] = i + 1;
      path[i + 1] = count++;
    }
    ends[index] = path[pattern.length] as number;
    last = pattern;
  }
  return numberByDepth({ parent, symbol, depth, count, ends });
}

function compare(a: Uint16Array, b: Uint16Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Shallow states, where most of a text is spent, come to lie together. */
function numberByDepth(found: Omit<Trie, "levels"> & { readonly depth: Uint16Array }): Trie {
  const { count, depth } = found;
  const levels: number[] = [0];
  for (let state = 0; state < count; state++) {
    const after = (depth[state] as number) + 1;
    levels[after] = (levels[after] ?? 0) + 1;
  }
  for (let i = 1; i < levels.length; i++) levels[i] = (levels[i] ?? 0) + (levels[i - 1] as number);
  const next = levels.slice();
  const place = new Int32Array(count);
  const parent = new Int32Array(count);
  const symbol = new Uint16Array(count);
  for (let state = 0; state < count; state++) {
    const level = depth[state] as number;
    const at = next[level] as number;
    next[level] = at + 1;
    place[state] = at;
    symbol[at] = found.symbol[state] as number;
    // A parent is always numbered before its children.
    parent[at] = place[found.parent[state] as number] as number;
  }
  return { parent, symbol, levels, count, ends: found.ends.map((end) => place[end] as number) };
}
