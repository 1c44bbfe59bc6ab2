import type { Trie } from "./trie.ts";

/**
 * States that get a row: those that most prefixes of the patterns end in. Terms are made of the language that the text is
 * made of, so these are also where the text is. Then those that several patterns go through, and one step further: there
 * most texts turn away. The root and the gap, where every text begins, have the first two.
 */
export function chooseRows(trie: Trie, wanted: number): Int32Array {
  const { count, parent } = trie;
  const weight = weighStates(trie);
  // Sorted by the platform as numbers: the heaviest first, of those alike the first. Most have no weight but their own.
  const keys = new Float64Array(count);
  let heavy = 0;
  for (let state = 0; state < count; state++) {
    if (weight[state] !== 1) keys[heavy++] = state - (weight[state] as number) * 2 ** 32;
  }
  keys.subarray(0, heavy).sort();
  const chosen = new Int32Array(Math.min(wanted, count));
  let taken = Math.min(heavy, chosen.length);
  for (let i = 0; i < taken; i++) chosen[i] = (keys[i] as number) | 0;
  const busy = markShared(trie);
  for (let state = 0; state < count; state++) if (weight[state] !== 1) busy[state] = 1;
  for (const near of [1, 0]) {
    for (let state = 2; state < count && taken < chosen.length; state++) {
      if (weight[state] === 1 && ((busy[state] as number) | (busy[parent[state] as number] as number)) === near) {
        chosen[taken++] = state;
      }
    }
  }
  return chosen;
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
