import { VerificationError } from "../errors.ts";
import { foldSubtrees, type Tree } from "./merkle.ts";
import { type HashReader, splitPoint, subtreePositions } from "./positions.ts";

type Range = readonly [begin: number, end: number];

/** Audit path of leaf `index` in the tree of the first `size` leaves (RFC 6962, 2.1.1): one read of O(log² n) hashes at most. Throws BAD_PROOF out of range. */
export async function inclusionProof(index: number, size: number, port: HashReader): Promise<readonly Uint8Array[]> {
  requireRange(index >= 0 && index < size, index, size);
  return hashRanges(inclusionRanges(index, 0, size), port);
}

/** Proof that the tree of `size2` leaves begins with the tree of `size1` (RFC 6962, 2.1.2). Throws BAD_PROOF for size1 = 0 or beyond size2. */
export async function consistencyProof(size1: number, size2: number, port: HashReader): Promise<readonly Uint8Array[]> {
  requireRange(size1 > 0 && size1 <= size2, size1, size2);
  return hashRanges(consistencyRanges(size1, 0, size2, true), port);
}

/** The tree of the first `size` leaves, read back from storage: what a log starts from. */
export async function loadTree(size: number, port: HashReader): Promise<Tree> {
  return { size, frontier: await port.read(subtreePositions(0, size)) };
}

function inclusionRanges(index: number, begin: number, end: number): Range[] {
  if (end - begin <= 1) return [];
  const middle = begin + splitPoint(end - begin);
  return index < middle
    ? [...inclusionRanges(index, begin, middle), [middle, end]]
    : [...inclusionRanges(index, middle, end), [begin, middle]];
}

function consistencyRanges(size1: number, begin: number, end: number, known: boolean): Range[] {
  if (size1 === end) return known ? [] : [[begin, end]];
  const middle = begin + splitPoint(end - begin);
  return size1 <= middle
    ? [...consistencyRanges(size1, begin, middle, known), [middle, end]]
    : [...consistencyRanges(size1, middle, end, false), [begin, middle]];
}

async function hashRanges(ranges: readonly Range[], port: HashReader): Promise<readonly Uint8Array[]> {
  const positions = ranges.map(([begin, end]) => subtreePositions(begin, end));
  const hashes = await port.read(positions.flat());
  let at = 0;
  return positions.map(({ length }) => {
    const part = hashes.slice(at, at + length);
    at += length;
    return foldSubtrees(part);
  });
}

function requireRange(holds: boolean, first: number, second: number): void {
  if (!holds || !Number.isSafeInteger(first) || !Number.isSafeInteger(second)) {
    throw new VerificationError("BAD_PROOF", "There is no such proof in the log.");
  }
}
