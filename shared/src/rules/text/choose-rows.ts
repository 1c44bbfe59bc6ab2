import type { Trie } from "./trie.ts";

/**
 * States that get a row: those that most prefixes of the patterns end in. Terms are made of the language that the text is
 * made of, so these are also where the text is. Then those that several patterns go through, and one step further: there
 * most texts turn away. The root and the gap, where every text begins, have the first two.
 */
export function chooseRows(trie: Trie, wanted: number): Int32Array {
  const { count, parent } = trie;
  const weight = weighStates(trie);
  const shared = markShared(trie);
  // Sorted by the platform as numbers: the heaviest first, of those alike the first. Most have no weight but their own.
  const keys = new Float64Array(count);
  const near = new Int32Array(count);
  const far = new Int32Array(count);
  let heavy = 0;
  let nearCount = 0;
  let farCount = 0;
  for (let state = 0; state < count; state++) {
    const above = parent[state] as number;
    if (weight[state] !== 1) keys[heavy++] = state - (weight[state] as number) * 2 ** 32;
    else if (weight[above] !== 1 || shared[above] === 1) near[nearCount++] = state;
    else far[farCount++] = state;
  }
  const order = new Int32Array(count);
  // Of each key its last 32 bits, which are the state.
  order.set(keys.subarray(0, heavy).sort());
  order.set(near.subarray(0, nearCount), heavy);
  order.set(far.subarray(0, farCount), heavy + nearCount);
  return order.subarray(0, wanted);
}

/** How many prefixes of the patterns end in each state. */
function weighStates({ count, fail }: Trie): Int32Array {
  const weight = new Int32Array(count).fill(1);
  for (let state = count - 1; state > 0; state--) {
    const shorter = fail[state] as number;
    weight[shorter] = (weight[shorter] as number) + (weight[state] as number);
  }
  weight[1] = weight[0] as number;
  return weight;
}

/** 1 for each state that several patterns go through and then part. */
function markShared({ count, parent, children }: Trie): Uint8Array {
  const shared = new Uint8Array(count);
  for (let state = count - 1; state > 0; state--) {
    if ((children[state + 1] as number) - (children[state] as number) > 1) shared[state] = 1;
    if (shared[state] === 1) shared[parent[state] as number] = 1;
  }
  return shared;
}
