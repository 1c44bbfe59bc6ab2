import { concatBytes } from "../bytes.ts";
import { sha256 } from "../crypto/hash.ts";

/** RFC 6962, 2.1: hash of a leaf's data. */
export function leafHash(data: Uint8Array): Uint8Array {
  return sha256(concatBytes(Uint8Array.of(0), data));
}

/** RFC 6962, 2.1: hash of an inner node. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(concatBytes(Uint8Array.of(1), left, right));
}

/**
 * A Merkle tree as its size and the roots of its perfect subtrees, largest first (at most 53). Immutable: a writer whose
 * transaction fails keeps the old value and nothing has happened.
 */
export type Tree = { readonly size: number; readonly frontier: readonly Uint8Array[] };

export const emptyTree: Tree = { size: 0, frontier: [] };

/**
 * Appends leaf hashes in O(log n) each. `stored` are the hashes to store, in order, from position `storedCount(tree.size)`
 * on: each leaf's hash, followed by the hash of every perfect subtree that this leaf completed.
 */
export function appendLeaves(
  tree: Tree,
  leafHashes: readonly Uint8Array[],
): { readonly tree: Tree; readonly stored: readonly Uint8Array[] } {
  const frontier = [...tree.frontier];
  const stored: Uint8Array[] = [];
  let size = tree.size;
  for (const leaf of leafHashes) {
    let hash = leaf;
    stored.push(hash);
    for (let rest = size; rest % 2 === 1; rest = Math.floor(rest / 2)) {
      hash = nodeHash(frontier.pop() as Uint8Array, hash);
      stored.push(hash);
    }
    frontier.push(hash);
    size++;
  }
  return { tree: { size, frontier }, stored };
}

/** The root (RFC 6962, 2.1) of a tree; of the empty one, the hash of nothing. */
export function treeRoot(tree: Tree): Uint8Array {
  return tree.size === 0 ? sha256(new Uint8Array()) : foldSubtrees(tree.frontier);
}

/** The root over all leaf hashes at hand. */
export function rootOf(leafHashes: readonly Uint8Array[]): Uint8Array {
  return treeRoot(appendLeaves(emptyTree, leafHashes).tree);
}

/** Root over neighbouring perfect subtrees, largest first. */
export function foldSubtrees(hashes: readonly Uint8Array[]): Uint8Array {
  return hashes.reduceRight((right, left) => nodeHash(left, right));
}
