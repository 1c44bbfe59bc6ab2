import { Envelope } from "@overt/shared/crypto/envelope.ts";
import type { Journal } from "../../core/journal.ts";
import type { Db } from "./database.ts";
import type { HeadFile } from "./head-file.ts";
import { type Meta, type RecordRow, readRecord } from "./rows.ts";

type DeliveryPart = Pick<
  Journal,
  | "pending"
  | "findFirstUrgent"
  | "settle"
  | "resendAfter"
  | "delivered"
  | "forked"
  | "cover"
  | "findUncoveredLeaf"
  | "pendingBlobs"
  | "markUploaded"
  | "markWanted"
  | "findReceipt"
>;
interface ReceiptRow {
  readonly envelope: string;
  readonly received_at: number;
  readonly leaf_index: number;
}

/** What was sent, answered and covered. Delivery is one pointer: ingest takes a chain in its order. */
export function buildDelivery(deps: {
  readonly db: Db;
  readonly meta: () => Meta;
  readonly headFile: HeadFile;
  readonly inOne: <T>(work: () => T) => T;
}): DeliveryPart {
  const { db, meta, headFile, inOne } = deps;
  const pending = db.prepare<[number, number], RecordRow>("SELECT * FROM records WHERE seq > ? ORDER BY seq LIMIT ?");
  const urgent = db.prepare<[number], { seq: number }>(
    "SELECT seq FROM records WHERE seq > ? AND kind NOT IN ('heartbeat', 'coverage') ORDER BY seq LIMIT 1",
  );
  const addReceipt = db.prepare(
    "INSERT INTO receipts (seq, status, code, envelope, received_at, leaf_index) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const hashOf = db.prepare<[number], { hash: string }>("SELECT hash FROM records WHERE seq = ?");
  const setDelivered = db.prepare("UPDATE meta SET delivered_seq = ?");
  const setForked = db.prepare("UPDATE meta SET forked = 1");
  const cover = db.prepare("UPDATE meta SET covered_size = max(covered_size, ?)");
  const uncovered = db.prepare<[], { leaf: number | null }>(
    "SELECT max(leaf_index) AS leaf FROM receipts, meta WHERE leaf_index >= covered_size",
  );
  const blobs = db.prepare<[number], { sha256: string }>(
    "SELECT sha256 FROM blobs, meta WHERE uploaded = 0 AND seq <= delivered_seq ORDER BY seq LIMIT ?",
  );
  const setUploaded = db.prepare("UPDATE blobs SET uploaded = ? WHERE sha256 = ?");
  const receipt = db.prepare<[number], ReceiptRow>(
    "SELECT envelope, received_at, leaf_index FROM receipts WHERE seq = ? AND envelope IS NOT NULL ORDER BY id DESC LIMIT 1",
  );

  return {
    pending(limit, maxBytes) {
      const rows = pending.all(meta().delivered_seq, limit);
      let bytes = 0;
      const fitting = rows.filter((row, i) => {
        bytes += row.envelope.length;
        return i === 0 || bytes <= maxBytes;
      });
      return fitting.map(readRecord);
    },
    findFirstUrgent: () => urgent.get(meta().delivered_seq)?.seq,
    settle(settlements) {
      if (settlements.length === 0) return;
      const last = inOne(() => {
        let delivered = meta().delivered_seq;
        for (const { seq, status, code, receipt: held } of settlements) {
          const body = held && JSON.stringify(held.envelope);
          addReceipt.run(seq, status, code ?? null, body ?? null, held?.receivedAt ?? null, held?.leafIndex ?? null);
          if (status === 409) setForked.run();
          else delivered = Math.max(delivered, seq);
        }
        setDelivered.run(delivered);
        return delivered;
      });
      const hash = hashOf.get(last)?.hash;
      if (hash !== undefined) headFile.noteDelivered(last, hash);
    },
    resendAfter: (head) =>
      inOne(() => {
        if (head < meta().delivered_seq) setDelivered.run(head);
      }),
    delivered: () => meta().delivered_seq,
    forked: () => meta().forked === 1,
    cover: (size) => inOne(() => void cover.run(size)),
    findUncoveredLeaf: () => uncovered.get()?.leaf ?? undefined,
    pendingBlobs: (limit) => blobs.all(limit).map((row) => row.sha256),
    markUploaded: (sha256) => inOne(() => void setUploaded.run(1, sha256)),
    markWanted: (wanted) =>
      inOne(() => {
        for (const sha256 of wanted) setUploaded.run(0, sha256);
      }),
    findReceipt(seq) {
      const row = receipt.get(seq);
      if (row === undefined) return undefined;
      return {
        envelope: Envelope.parse(JSON.parse(row.envelope)),
        receivedAt: row.received_at,
        leafIndex: row.leaf_index,
      };
    },
  };
}
