import type { Trie } from "./trie.ts";

/**
 * States that get a row: those that most prefixes of the patterns end in. Terms are made of the language that the text is
 * made of, so these are also where the text is. Then those that several patterns go through, and one step further: there
 * most texts turn away. The root and the gap, where every text begins, have the first two.
 */
export function chooseRows(trie: Trie, wanted: number): Int32Array {
  const { count, parent } = trie;
  const weight = weighStates(trie);
  const states = weight.map((_, state) => state);
  // Sorted by the platform as numbers: the heaviest first, of those alike the first. Most have no weight but their own.
  const heavy = states.filter((state) => weight[state] !== 1);
  const keys = Float64Array.from(heavy, (state) => state - (weight[state] as number) * 2 ** 32).sort();
  // Where a state is busy, its parent is.
  const busy = markShared(trie);
  heavy.forEach((state) => {
    busy[state] = 1;
  });
  const light = states.filter((state) => weight[state] === 1);
  const isNear = (state: number) => busy[parent[state] as number] === 1;
  const near = light.filter(isNear);
  const order = new Int32Array(count);
  order.set(keys.map((key) => key | 0));
  order.set(near, heavy.length);
  order.set(
    light.filter((state) => !isNear(state)),
    heavy.length + near.length,
  );
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
