import { equalBytes } from "../bytes.ts";
import { VerificationError } from "../errors.ts";
import { nodeHash } from "./merkle.ts";

/** Throws BAD_PROOF unless the leaf stands at `index` in the tree of `size` leaves with this root (RFC 9162, 2.1.3.2). */
export function verifyInclusion(claim: {
  readonly leafHash: Uint8Array;
  readonly index: number;
  readonly size: number;
  readonly proof: readonly Uint8Array[];
  readonly root: Uint8Array;
}): void {
  const { index, size, proof } = claim;
  requireSizes(index, size);
  requireProof(index < size);
  requireProof([claim.leafHash, claim.root, ...proof].every(isHash));
  let node = index;
  let last = size - 1;
  let hash = claim.leafHash;
  for (const step of proof) {
    requireProof(last !== 0);
    if (isOdd(node) || node === last) {
      hash = nodeHash(step, hash);
      while (!isOdd(node) && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      hash = nodeHash(hash, step);
    }
    [node, last] = [half(node), half(last)];
  }
  requireProof(last === 0 && equalBytes(hash, claim.root));
}

/**
 * Throws BAD_PROOF unless the tree of `size2` leaves begins with that of `size1` (RFC 9162, 2.1.4.2). A size1 of zero
 * is refused: every tree begins with the empty one, so such a proof says nothing and a caller who asks has lost its state.
 */
export function verifyConsistency(claim: {
  readonly size1: number;
  readonly size2: number;
  readonly root1: Uint8Array;
  readonly root2: Uint8Array;
  readonly proof: readonly Uint8Array[];
}): void {
  const { size1, size2, root1, root2, proof } = claim;
  requireSizes(size1, size2);
  requireProof(size1 > 0 && size1 <= size2);
  if (size1 === size2) {
    requireProof(proof.length === 0 && equalBytes(root1, root2));
    return;
  }
  requireProof([root1, root2, ...proof].every(isHash));
  let node = size1 - 1;
  let last = size2 - 1;
  while (isOdd(node)) [node, last] = [half(node), half(last)];
  // A perfect old tree is a node of the new one, so its root is where the path begins and is left out of the proof.
  const [start, ...path] = node === 0 ? [root1, ...proof] : proof;
  requireProof(start !== undefined);
  let old = start as Uint8Array;
  let grown = old;
  for (const step of path) {
    requireProof(last !== 0);
    if (isOdd(node) || node === last) {
      old = nodeHash(step, old);
      grown = nodeHash(step, grown);
      while (!isOdd(node) && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      grown = nodeHash(grown, step);
    }
    [node, last] = [half(node), half(last)];
  }
  requireProof(last === 0 && equalBytes(old, root1) && equalBytes(grown, root2));
}

function requireSizes(...sizes: readonly number[]): void {
  requireProof(sizes.every((size) => Number.isSafeInteger(size) && size >= 0));
}

function requireProof(holds: boolean): void {
  if (!holds) throw new VerificationError("BAD_PROOF", "The log's proof does not hold.");
}

function isHash(bytes: Uint8Array): boolean {
  return bytes.length === 32;
}

function isOdd(n: number): boolean {
  return n % 2 === 1;
}

function half(n: number): number {
  return Math.floor(n / 2);
}
