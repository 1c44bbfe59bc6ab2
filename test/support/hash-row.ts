import { appendLeaves, emptyTree, type Tree } from "@overt/shared/log/merkle.ts";
import type { HashReader } from "@overt/shared/log/positions.ts";

/** A log's stored hashes in memory, written as a store would. `reads` counts the round trips. */
export function buildHashRow(
  leafHashes: readonly Uint8Array[],
): HashReader & { tree: Tree; row: Uint8Array[]; reads: number } {
  const { tree, stored } = appendLeaves(emptyTree, leafHashes);
  const row = [...stored];
  return {
    tree,
    row,
    reads: 0,
    async read(positions) {
      this.reads++;
      return positions.map((position) => {
        const hash = row[position];
        if (hash === undefined) throw new Error("no such hash is stored");
        return hash;
      });
    },
  };
}
