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
  const states = numberByDepth(readPrefixes(patterns));
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

/** Sorted patterns share their prefixes with their neighbours. */
function readPrefixes(patterns: readonly Uint16Array[]): States {
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
  return { parent, symbol, depth, count, ends };
}

function compare(a: Uint16Array, b: Uint16Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function numberByDepth(found: States): States {
  const { count } = found;
  const next: number[] = [0];
  for (let state = 0; state < count; state++) {
    const after = (found.depth[state] as number) + 1;
    next[after] = (next[after] ?? 0) + 1;
  }
  for (let i = 1; i < next.length; i++) next[i] = (next[i] ?? 0) + (next[i - 1] as number);
  const place = new Int32Array(count);
  const parent = new Int32Array(count);
  const symbol = new Uint16Array(count);
  const depth = new Uint16Array(count);
  for (let state = 0; state < count; state++) {
    const level = found.depth[state] as number;
    const at = next[level] as number;
    next[level] = at + 1;
    place[state] = at;
    symbol[at] = found.symbol[state] as number;
    depth[at] = level;
    // A parent is always numbered before its children.
    parent[at] = place[found.parent[state] as number] as number;
  }
  return { parent, symbol, depth, count, ends: found.ends.map((end) => place[end] as number) };
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
