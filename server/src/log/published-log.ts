import { equalBytes } from "@overt/shared/bytes.ts";
import type { SigningKey } from "@overt/shared/crypto/ed25519.ts";
import { StoreError } from "@overt/shared/errors.ts";
import { signCheckpoint } from "@overt/shared/log/checkpoint.ts";
import { entryBundle, findTile, hasTile, tileHashes, tileWidth } from "@overt/shared/log/tiles.ts";
import type { Kysely } from "kysely";
import { logHashes, readLeaves } from "../store/ingest-log.ts";
import type { LogState } from "../store/ingest-store.ts";
import type { IngestTables } from "../store/ingest-tables.ts";
import type { CheckpointCopy } from "./checkpoint-copy.ts";

/** The log as the world reads it: signed checkpoints and tiles (C2SP tlog-checkpoint, tlog-tiles). */
export interface PublishedLog {
  /** A note over all that has committed. The same size is always the same note. Throws LOG_DIVERGED. */
  checkpoint(): Promise<Uint8Array>;
  /** The tile that the path names, or undefined where the log has not got that far. */
  findTile(path: string): Promise<Uint8Array | undefined>;
}

export function buildPublishedLog(options: {
  readonly db: Kysely<IngestTables>;
  readonly log: LogState;
  readonly origin: string;
  readonly key: SigningKey;
  readonly copy: CheckpointCopy;
  /** Unix seconds. */
  readonly now: () => number;
}): PublishedLog {
  const { db, log, origin, key } = options;
  const hashes = logHashes(db);
  let copied = false;
  let last: Promise<unknown> = Promise.resolve();

  async function findSigned(size: number, root: Uint8Array): Promise<Uint8Array | undefined> {
    const row = await db.selectFrom("checkpoint").select(["root", "note"]).where("size", "=", size).executeTakeFirst();
    if (row !== undefined && !equalBytes(new Uint8Array(row.root), root)) throw diverged();
    return row && new Uint8Array(row.note);
  }

  // Kept twice before it is shown: no size is ever shown with two roots, not even after a restored database.
  async function sign(): Promise<Uint8Array> {
    const { size, root } = log.current();
    const known = await findSigned(size, root);
    if (known !== undefined) {
      // The copy may be an older one that was put in its place.
      if (!copied) options.copy.save(known);
      copied = true;
      return known;
    }
    const note = signCheckpoint({ origin, size, root, extensions: [] }, [{ name: origin, key }]);
    options.copy.save(note);
    copied = true;
    await db.insertInto("checkpoint").values({ size, root, note, signed_at: options.now() }).execute();
    return note;
  }

  return {
    checkpoint() {
      const next = last.then(sign);
      last = next.catch(() => undefined);
      return next;
    },
    async findTile(path) {
      const tile = findTile(path);
      if (tile === undefined || !hasTile(tile, log.current().size)) return undefined;
      const { level } = tile;
      if (level !== "entries") return tileHashes({ ...tile, level }, hashes);
      return entryBundle(await readLeaves(db, tile.index * tileWidth, tile.width));
    },
  };
}

function diverged(): StoreError {
  return new StoreError("LOG_DIVERGED", "The log differs from the one that was published. Nothing is signed.");
}
