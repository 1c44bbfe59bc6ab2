import { equalBytes } from "@overt/shared/bytes.ts";
import { StoreError } from "@overt/shared/errors.ts";
import { appendLeaves, emptyTree, leafHash, type Tree, treeRoot } from "@overt/shared/log/merkle.ts";
import { type HashReader, storedCount } from "@overt/shared/log/positions.ts";
import { loadTree } from "@overt/shared/log/prove.ts";
import type { Kysely } from "kysely";
import type { Published } from "../log/checkpoint-copy.ts";
import type { IngestTables } from "./ingest-tables.ts";
import { insertRows } from "./insert-rows.ts";

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
  await insertRows(leafRows, (some) => db.insertInto("leaf").values(some));
  await insertRows(hashRows, (some) => db.insertInto("log_hash").values(some));
  return appended.tree;
}

/** Whether this database ever signed a checkpoint. */
export async function hasSignedCheckpoint(db: Db): Promise<boolean> {
  return (await db.selectFrom("checkpoint").select("size").limit(1).executeTakeFirst()) !== undefined;
}

const leavesPerRead = 5_000;

/**
 * The tree of what is stored, hashed anew from the leaves and held against the stored hashes and every given checkpoint.
 * Throws LOG_DIVERGED where leaves are missing or differ from what was published: a database restored from an old copy
 * must not sign another history. Throws STORE_CORRUPT where a stored hash is not that of its leaves.
 */
export async function openTree(db: Db, published: readonly Published[]): Promise<Tree> {
  const signed = await db.selectFrom("checkpoint").selectAll().orderBy("size", "desc").limit(1).executeTakeFirst();
  const due = [
    ...published,
    ...(signed === undefined ? [] : [{ size: signed.size, root: new Uint8Array(signed.root) }]),
  ];
  due.sort((a, b) => a.size - b.size);
  let tree: Tree = emptyTree;
  for (;;) {
    while (due[0] !== undefined && due[0].size === tree.size) {
      if (!equalBytes(treeRoot(tree), (due.shift() as Published).root)) throw diverged();
    }
    const next = due[0] === undefined ? leavesPerRead : Math.min(leavesPerRead, due[0].size - tree.size);
    const leaves = await readLeaves(db, tree.size, next);
    if (leaves.length === 0) break;
    tree = appendLeaves(tree, leaves.map(leafHash)).tree;
  }
  if (due.length > 0) throw diverged();
  const stored = tree.size === 0 ? emptyTree : await loadTree(tree.size, logHashes(db));
  if (!equalBytes(treeRoot(stored), treeRoot(tree))) {
    throw new StoreError("STORE_CORRUPT", "The log's stored hashes are not those of its leaves.");
  }
  return tree;
}

function diverged(): StoreError {
  return new StoreError(
    "LOG_DIVERGED",
    "The log is not the one whose checkpoint was published: the database was set back or changed. Nothing is signed until the newest one is restored (docs/backup.md).",
  );
}
