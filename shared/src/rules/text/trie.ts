/** Patterns as a tree of their prefixes. State 0 is the root, state 1 the gap; states are numbered level by level. */
export type Trie = {
  readonly count: number;
  readonly parent: Int32Array;
  readonly symbol: Uint16Array;
  readonly depth: Uint16Array;
  /** Children of state n, by symbol, are the states `children[n] .. children[n + 1]`. */
  readonly children: Int32Array;
  /** The state of the longest proper suffix that is a state. */
  readonly fail: Int32Array;
  /** The state that each pattern ends in. */
  readonly ends: Int32Array;
};

export function buildTrie(patterns: readonly Uint16Array[]): Trie {
  const states = numberPrefixes(patterns);
  const children = listChildren(states.parent, states.count);
  return { ...states, children, fail: linkSuffixes(states, children) };
}

/** The child of a state by a symbol, or -1. */
function findChild({ symbol, children }: Pick<Trie, "symbol" | "children">, state: number, wanted: number): number {
  let low = children[state] as number;
  const end = children[state + 1] as number;
  let high = end;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((symbol[middle] as number) < wanted) low = middle + 1;
    else high = middle;
  }
  return low < end && symbol[low] === wanted ? low : -1;
}

type States = Pick<Trie, "count" | "parent" | "symbol" | "depth" | "ends">;

/** Sorted patterns share their prefixes with their neighbours, so it is known how many states a level has before any is made. */
function numberPrefixes(patterns: readonly Uint16Array[]): States {
  const sorted = patterns.map((_, i) => i);
  sorted.sort((a, b) => compare(patterns[a] as Uint16Array, patterns[b] as Uint16Array));
  const deepest = patterns.reduce((most, { length }) => Math.max(most, length), 1);
  // Of each level, first how many states it has, then the next of them.
  const next = new Int32Array(deepest + 1);
  next[0] = 1;
  next[1] = 1;
  const shared = new Uint16Array(sorted.length);
  let last: Uint16Array = Uint16Array.of(0);
  sorted.forEach((index, i) => {
    const pattern = patterns[index] as Uint16Array;
    const common = countShared(last, pattern);
    shared[i] = common;
    for (let level = common + 1; level <= pattern.length; level++) next[level] = (next[level] as number) + 1;
    last = pattern;
  });
  let count = 0;
  for (let level = 0; level <= deepest; level++) {
    count += next[level] as number;
    next[level] = count - (next[level] as number);
  }
  const parent = new Int32Array(count);
  const symbol = new Uint16Array(count);
  const depth = new Uint16Array(count);
  const ends = new Int32Array(patterns.length);
  // The states that the prefixes of the pattern at hand end in; the gap is one, whether a pattern begins with it or not.
  const path = new Int32Array(deepest + 1);
  path[1] = 1;
  depth[1] = 1;
  next[1] = 2;
  sorted.forEach((index, i) => {
    const pattern = patterns[index] as Uint16Array;
    for (let level = shared[i] as number; level < pattern.length; level++) {
      const state = next[level + 1] as number;
      next[level + 1] = state + 1;
      parent[state] = path[level] as number;
      symbol[state] = pattern[level] as number;
      depth[state] = level + 1;
      path[level + 1] = state;
    }
    ends[index] = path[pattern.length] as number;
  });
  return { parent, symbol, depth, count, ends };
}

/** Symbols that two patterns have in common at their beginning. */
function countShared(a: Uint16Array, b: Uint16Array): number {
  let shared = 0;
  while (shared < a.length && shared < b.length && a[shared] === b[shared]) shared++;
  return shared;
}

function compare(a: Uint16Array, b: Uint16Array): number {
  const shared = countShared(a, b);
  if (shared === a.length || shared === b.length) return a.length - b.length;
  return (a[shared] as number) - (b[shared] as number);
}

/** Within a level the states are in the order of their prefixes, so the children of one state lie together, and before those of the next. */
function listChildren(parent: Int32Array, count: number): Int32Array {
  const children = new Int32Array(count + 1);
  let state = 0;
  for (let child = 1; child < count; child++) {
    while (state <= (parent[child] as number)) children[state++] = child;
  }
  return children.fill(count, state);
}

function linkSuffixes({ parent, symbol, count }: States, children: Int32Array): Int32Array {
  const edges = { symbol, children };
  const fail = new Int32Array(count);
  for (let state = 1; state < count; state++) {
    let above = parent[state] as number;
    while (above !== 0) {
      above = fail[above] as number;
      const child = findChild(edges, above, symbol[state] as number);
      if (child < 0) continue;
      fail[state] = child;
      break;
    }
  }
  return fail;
}
