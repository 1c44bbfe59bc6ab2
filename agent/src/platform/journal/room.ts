import type { Rank } from "../../core/journal.ts";
import type { Db } from "./database.ts";

/** What the journal may hold. `bytes` counts envelopes and blobs. */
export interface JournalCaps {
  readonly records: number;
  readonly bytes: number;
}

/** Weeks of an ordinary device: 100,000 records or 256 MiB. */
export const journalCaps: JournalCaps = { records: 100_000, bytes: 256 * 1024 * 1024 };

/** Above this share of a cap the reports about the agent itself are dropped, so that matches still fit. */
const healthShare = 0.9;
/** A record with two of the largest seals. */
const largestRecord = 700 * 1024;
const prunedAtOnce = 500;

/** Keeps count of what is held, and makes room by removing the oldest records that are delivered and covered. */
export function buildRoom(db: Db, caps: JournalCaps) {
  const count = db.prepare<[], { records: number; bytes: number }>(
    `SELECT count(*) AS records, coalesce(sum(length(envelope)), 0)
       + (SELECT coalesce(sum(length(bytes)), 0) FROM blobs) AS bytes FROM records`,
  );
  const waiting = db.prepare<[number], { waiting: number }>("SELECT count(*) AS waiting FROM records WHERE seq > ?");
  const prune = db.prepare(
    `DELETE FROM records WHERE seq IN (
       SELECT records.seq FROM records JOIN receipts USING (seq) JOIN meta
       WHERE leaf_index < covered_size AND records.seq <= delivered_seq ORDER BY records.seq LIMIT ?)`,
  );
  const read = () => count.get() ?? { records: 0, bytes: 0 };
  let held = read();
  const fits = (share: number) =>
    held.records < caps.records * share && held.bytes + Math.min(largestRecord, caps.bytes / 10) < caps.bytes * share;

  return {
    size: () => held,
    waiting: (delivered: number) => waiting.get(delivered)?.waiting ?? 0,
    add(records: number, bytes: number) {
      held = { records: held.records + records, bytes: held.bytes + bytes };
    },
    has(rank: Rank): boolean {
      const share = rank === "match" ? 1 : healthShare;
      while (!fits(share)) {
        if (prune.run(Math.min(prunedAtOnce, Math.ceil(held.records / 4))).changes === 0) return false;
        held = read();
      }
      return true;
    },
  };
}
