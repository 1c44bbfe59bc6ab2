import { entryWords } from "./layout.ts";

/**
 * Entries of three words, in pages, in the order of their words as unsigned numbers, each once. They are digests, so they
 * spread evenly: each goes to a bucket by its first bits, and the few that meet there are put in order by insertion.
 */
export function sortEntries(pages: readonly Int32Array[]): Int32Array {
  const length = pages.reduce((sum, page) => sum + page.length, 0);
  const count = length / entryWords;
  const shift = 32 - Math.min(20, Math.max(1, 30 - Math.clz32(count)));
  const next = new Int32Array(2 ** (32 - shift) + 1);
  for (const page of pages) countFirsts(page, shift, next);
  for (let i = 1; i < next.length; i++) next[i] = (next[i] as number) + (next[i - 1] as number);
  const sorted = new Int32Array(length);
  for (const page of pages) spread(page, shift, next, sorted);
  // A bucket that took in all of its entries points at its end, which is where the one behind it begins.
  let start = 0;
  for (let bucket = 0; bucket < next.length - 1; bucket++) {
    const end = next[bucket] as number;
    for (let entry = start + 1; entry < end; entry++) insert(sorted, start * entryWords, entry * entryWords);
    start = end;
  }
  return dropRepeated(sorted);
}

function countFirsts(words: Int32Array, shift: number, next: Int32Array): void {
  for (let i = 0; i < words.length; i += entryWords) {
    const bucket = ((words[i] as number) >>> shift) + 1;
    next[bucket] = (next[bucket] as number) + 1;
  }
}

/** Puts each entry where the next of its bucket belongs. */
function spread(words: Int32Array, shift: number, next: Int32Array, sorted: Int32Array): void {
  for (let i = 0; i < words.length; i += entryWords) {
    const bucket = (words[i] as number) >>> shift;
    const to = (next[bucket] as number) * entryWords;
    next[bucket] = (next[bucket] as number) + 1;
    sorted[to] = words[i] as number;
    sorted[to + 1] = words[i + 1] as number;
    sorted[to + 2] = words[i + 2] as number;
  }
}

/** Moves the entry at `from` to its place among those from `start` on, which are in order. */
function insert(sorted: Int32Array, start: number, from: number): void {
  const first = sorted[from] as number;
  const second = sorted[from + 1] as number;
  const third = sorted[from + 2] as number;
  let at = from;
  while (at > start && isAbove(sorted, at - entryWords, first, second, third)) {
    sorted[at] = sorted[at - 3] as number;
    sorted[at + 1] = sorted[at - 2] as number;
    sorted[at + 2] = sorted[at - 1] as number;
    at -= entryWords;
  }
  sorted[at] = first;
  sorted[at + 1] = second;
  sorted[at + 2] = third;
}

function isAbove(sorted: Int32Array, at: number, first: number, second: number, third: number): boolean {
  if (sorted[at] !== first) return (sorted[at] as number) >>> 0 > first >>> 0;
  if (sorted[at + 1] !== second) return (sorted[at + 1] as number) >>> 0 > second >>> 0;
  return (sorted[at + 2] as number) >>> 0 > third >>> 0;
}

function dropRepeated(sorted: Int32Array): Int32Array {
  let kept = 0;
  for (let i = 0; i < sorted.length; i += entryWords) {
    const isRepeated =
      kept > 0 &&
      sorted[i] === sorted[kept - 3] &&
      sorted[i + 1] === sorted[kept - 2] &&
      sorted[i + 2] === sorted[kept - 1];
    if (isRepeated) continue;
    for (let word = 0; word < entryWords; word++) sorted[kept++] = sorted[i + word] as number;
  }
  return sorted.subarray(0, kept);
}
