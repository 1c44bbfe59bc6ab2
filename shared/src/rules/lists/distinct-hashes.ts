/** Bits that one pass sorts by. */
const digitBits = 11;
const digits = 1 << digitBits;

/** Hashes, in pages, in the order of unsigned numbers, each once: sorted by their lowest bits first, in three passes. */
export function distinctHashes(pages: readonly Int32Array[]): Int32Array {
  const length = pages.reduce((sum, page) => sum + page.length, 0);
  let sorted = sortByDigit(pages, 0, new Int32Array(length));
  let other = new Int32Array(length);
  for (let shift = digitBits; shift < 32; shift += digitBits) {
    const before = sorted;
    sorted = sortByDigit([before], shift, other);
    other = before;
  }
  return dropRepeated(sorted);
}

/** What has the same digit keeps its order. */
function sortByDigit(
  pages: readonly Int32Array[],
  shift: number,
  into: Int32Array<ArrayBuffer>,
): Int32Array<ArrayBuffer> {
  const next = new Int32Array(digits + 1);
  for (const page of pages) {
    for (let i = 0; i < page.length; i++) {
      const digit = (((page[i] as number) >>> shift) & (digits - 1)) + 1;
      next[digit] = (next[digit] as number) + 1;
    }
  }
  for (let i = 1; i < next.length; i++) next[i] = (next[i] as number) + (next[i - 1] as number);
  for (const page of pages) {
    for (let i = 0; i < page.length; i++) {
      const hash = page[i] as number;
      const digit = (hash >>> shift) & (digits - 1);
      const to = next[digit] as number;
      into[to] = hash;
      next[digit] = to + 1;
    }
  }
  return into;
}

function dropRepeated(sorted: Int32Array): Int32Array {
  let kept = 0;
  for (let i = 0; i < sorted.length; i++) {
    if (i === 0 || sorted[i] !== sorted[kept - 1]) sorted[kept++] = sorted[i] as number;
  }
  return sorted.subarray(0, kept);
}
