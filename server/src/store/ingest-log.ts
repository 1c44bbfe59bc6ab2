import { equalBytes } from "@overt/shared/bytes.ts";
import { StoreError } from "@overt/shared/errors.ts";
import { appendLeaves, emptyTree, leafHash, type Tree, treeRoot } from "@overt/shared/log/merkle.ts";
import { type HashReader, storedCount } from "@overt/shared/log/positions.ts";
import { loadTree } from "@overt/shared/log/prove.ts";
import type { Kysely } from "kysely";
import type { IngestTables } from "./ingest-tables.ts";

type Db = Kysely<IngestTables>;

/** Hashes of the log as `shared/log` reads them. */
export function logHashes(db: Db): HashReader {
  return {
    async read(positions) {
      const found = new Map<number, Uint8Array>();
      for (let at = 0; at < positions.length; at += 500) {
        const rows = await db
          .selectFrom("log_hash")
          .select(["position", "hash"])
          .where("position", "in", positions.slice(at, at + 500))
          .execute();
        for (const row of rows) found.set(row.position, new Uint8Array(row.hash));
      }
      return positions.map((position) => {
        const hash = found.get(position);
        if (hash === undefined) throw new StoreError("STORE_CORRUPT", "The log lacks a hash.");
        return hash;
      });
    },
  };
}

/** Leaf data from `from`, at most `count`. */
export async function readLeaves(db: Db, from: number, count: number): Promise<readonly Uint8Array[]> {
  const rows = await db
    .selectFrom("leaf")
    .select("data")
    .where("leaf_index", ">=", from)
    .where("leaf_index", "<", from + count)
    .orderBy("leaf_index")
    .execute();
  return rows.map((row) => new Uint8Array(row.data));
}

/** Adds leaves inside a transaction; the new tree counts once it has committed. */
export async function storeLeaves(db: Db, tree: Tree, leaves: readonly Uint8Array[]): Promise<Tree> {
  if (leaves.length === 0) return tree;
  const appended = appendLeaves(tree, leaves.map(leafHash));
  const first = storedCount(tree.size);
  const leafRows = leaves.map((data, i) => ({ leaf_index: tree.size + i, data }));
  const hashRows = appended.stored.map((hash, i) => ({ position: first + i, hash }));
  for (let at = 0; at < leafRows.length; at += 200)
    await db
      .insertInto("leaf")
      .values(leafRows.slice(at, at + 200))
      .execute();
  for (let at = 0; at < hashRows.length; at += 200) {
    await db
      .insertInto("log_hash")
      .values(hashRows.slice(at, at + 200))
      .execute();
  }
  return appended.tree;
}

/**
 * The tree of what is stored, held against the newest checkpoint that was ever signed here. Throws LOG_DIVERGED where
 * leaves are missing or differ: a database restored from an old copy must not sign another history.
 */
export async function openTree(db: Db): Promise<Tree> {
  const last = await db
    .selectFrom("leaf")
    .select("leaf_index")
    .orderBy("leaf_index", "desc")
    .limit(1)
    .executeTakeFirst();
  const size = last === undefined ? 0 : last.leaf_index + 1;
  const tree = size === 0 ? emptyTree : await loadTree(size, logHashes(db));
  const signed = await db.selectFrom("checkpoint").selectAll().orderBy("size", "desc").limit(1).executeTakeFirst();
  if (signed !== undefined) {
    const diverged = new StoreError(
      "LOG_DIVERGED",
      "The log is not the one whose checkpoint was published. Restore the newest backup; nothing is signed until then.",
    );
    if (signed.size > size) throw diverged;
    const then = signed.size === 0 ? emptyTree : await loadTree(signed.size, logHashes(db));
    if (!equalBytes(treeRoot(then), new Uint8Array(signed.root))) throw diverged;
  }
  return tree;
}
