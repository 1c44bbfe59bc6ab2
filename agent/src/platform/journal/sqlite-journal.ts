import { type OvertError, StoreError } from "@overt/shared/errors.ts";
import { FeedItem } from "@overt/shared/protocol/wire.ts";
import type { Journal, StateWrites } from "../../core/journal.ts";
import type { Db } from "./database.ts";
import { buildDelivery } from "./delivery.ts";
import type { HeadFile } from "./head-file.ts";
import { buildRoom, type JournalCaps } from "./room.ts";
import { type Meta, type RecordRow, readRecord } from "./rows.ts";
import type { StateBox } from "./state-box.ts";

/** The journal over one open database. Every public call is one transaction. */
export function buildSqliteJournal(db: Db, headFile: HeadFile, box: StateBox, caps: JournalCaps): Journal {
  const select = {
    meta: db.prepare<[], Meta>("SELECT * FROM meta WHERE id = 1"),
    state: db.prepare<[string], { value: Buffer }>("SELECT value FROM state WHERE key = ?"),
    record: db.prepare<[number], RecordRow>("SELECT * FROM records WHERE seq = ?"),
    list: db.prepare<[number, number], RecordRow>("SELECT * FROM records WHERE seq < ? ORDER BY seq DESC LIMIT ?"),
    seq: db.prepare<[string], { seq: number }>("SELECT seq FROM records WHERE hash = ?"),
    blob: db.prepare<[string], { bytes: Buffer }>("SELECT bytes FROM blobs WHERE sha256 = ?"),
    feed: db.prepare<[string], { item: string }>(
      "SELECT item FROM feed_about JOIN feed USING (cursor) WHERE about = ? ORDER BY cursor",
    ),
  };
  const insert = {
    record: db.prepare("INSERT INTO records (seq, hash, type, kind, envelope) VALUES (?, ?, ?, ?, ?)"),
    blob: db.prepare("INSERT INTO blobs (sha256, seq, bytes) VALUES (?, ?, ?)"),
    state: db.prepare("INSERT INTO state VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"),
    feed: db.prepare("INSERT INTO feed VALUES (?, ?) ON CONFLICT DO NOTHING"),
    about: db.prepare("INSERT INTO feed_about VALUES (?, ?) ON CONFLICT DO NOTHING"),
  };
  const advance = db.prepare("UPDATE meta SET head_seq = ?, head_hash = ?, lost_from = NULL, lost_to = NULL");
  const loseNext = db.prepare(
    "UPDATE meta SET lost_from = coalesce(lost_from, head_seq + 1), lost_to = head_seq + 1, head_seq = head_seq + 1",
  );
  const setCursor = db.prepare("UPDATE meta SET feed_cursor = max(feed_cursor, ?)");
  const meta = () => requireRow(select.meta.get());
  const room = buildRoom(db, caps);
  const inOne = <T>(work: () => T): T => asStoreError(() => db.transaction(work)());
  const putState = (state: StateWrites) => {
    for (const [key, value] of Object.entries(state)) insert.state.run(key, box.seal(key, value));
  };

  return {
    ...buildDelivery({ db, meta, headFile, inOne }),
    head() {
      const { head_seq, head_hash } = meta();
      return { seq: head_seq, hash: head_hash };
    },
    lost() {
      const { lost_from, lost_to } = meta();
      return lost_from === null || lost_to === null ? undefined : { from: lost_from, to: lost_to };
    },
    size: () => ({ ...room.size(), waiting: Math.max(0, room.waiting(meta().delivered_seq)) }),
    hasRoom: (rank) => inOne(() => room.has(rank)),
    append(record, state) {
      headFile.reserve(record.seq);
      inOne(() => {
        if (record.seq !== meta().head_seq + 1)
          throw new StoreError("STORE_FAILED", "The journal's numbers do not follow.");
        const envelope = JSON.stringify(record.envelope);
        insert.record.run(record.seq, record.hash, record.type, record.kind, envelope);
        for (const blob of record.blobs) insert.blob.run(blob.sha256, record.seq, blob.bytes);
        advance.run(record.seq, record.hash);
        putState(state);
      });
      room.add(
        1,
        JSON.stringify(record.envelope).length + record.blobs.reduce((sum, blob) => sum + blob.bytes.length, 0),
      );
    },
    lose(state) {
      headFile.reserve(meta().head_seq + 1);
      inOne(() => {
        loseNext.run();
        putState(state);
      });
    },
    readState(key) {
      const row = asStoreError(() => select.state.get(key));
      return row && findOpen(box, key, row.value);
    },
    writeState: (state) => inOne(() => putState(state)),
    findBlob: (sha256) => asStoreError(() => select.blob.get(sha256)?.bytes),
    list: (before, limit) => select.list.all(before ?? Number.MAX_SAFE_INTEGER, limit).map(readRecord),
    findRecord(seq) {
      const row = select.record.get(seq);
      return row && readRecord(row);
    },
    findSeq: (hash) => select.seq.get(hash)?.seq,
    feedCursor: () => meta().feed_cursor,
    addFeed: (entries, cursor) =>
      inOne(() => {
        for (const { item, about } of entries) {
          insert.feed.run(item.cursor, JSON.stringify(item));
          for (const hash of about) insert.about.run(hash, item.cursor);
        }
        setCursor.run(cursor);
      }),
    listFeed: (about) => select.feed.all(about).map((row) => FeedItem.parse(JSON.parse(row.item))),
    close: () => void db.close(),
  };
}

/** A value that cannot be read any more is as good as none; stopping at every start because of it would help nobody. */
function findOpen(box: StateBox, key: string, value: Uint8Array): unknown {
  try {
    return box.open(key, value);
  } catch (error) {
    if (error instanceof StoreError) return undefined;
    throw error;
  }
}

function requireRow<T>(row: T | undefined): T {
  if (row === undefined) throw new StoreError("STORE_CORRUPT", "The journal has lost its head.");
  return row;
}

function asStoreError<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof StoreError) throw cause as OvertError;
    throw new StoreError("STORE_FAILED", "The journal cannot be written.", { cause });
  }
}
