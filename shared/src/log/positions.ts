/**
 * Where a hash stands in the append-only row of stored hashes: each leaf's hash is followed by the hashes of the
 * perfect subtrees it completed, so positions are given out in sequence and nothing is ever rewritten. The order is
 * that of golang.org/x/mod/sumdb/tlog. Division instead of shifts: JavaScript shifts stop at 32 bits.
 */
export type HashReader = {
  /** The 32-byte hashes at these positions, in the order asked; throws where one is missing. */
  read(positions: readonly number[]): Promise<readonly Uint8Array[]>;
};

/** Position of the hash of the perfect subtree of 2^level leaves whose first leaf is index · 2^level. */
export function hashPosition(level: number, index: number): number {
  // The subtree's hash is written by its last leaf, `level` places after that leaf's own hash.
  return storedCount((index + 1) * 2 ** level - 1) + level;
}

/** How many hashes a tree of so many leaves has stored: each perfect subtree once. */
export function storedCount(leaves: number): number {
  let count = 0;
  for (let n = leaves; n > 0; n = Math.floor(n / 2)) count += n;
  return count;
}

/** Perfect subtrees that make up [begin, end), largest first, as positions; `begin` is a multiple of the largest. */
export function subtreePositions(begin: number, end: number): readonly number[] {
  const positions: number[] = [];
  let at = begin;
  while (at < end) {
    // Counted, not Math.log2, which rounds up just below large powers of two.
    let [level, width] = [0, 1];
    for (; width * 2 <= end - at; width *= 2) level++;
    positions.push(hashPosition(level, at / width));
    at += width;
  }
  return positions;
}

/** The largest power of two below n, for n > 1 (RFC 6962's k). */
export function splitPoint(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}
