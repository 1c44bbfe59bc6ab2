import type { Envelope } from "@overt/shared/crypto/envelope.ts";
import type { ErrorCode } from "@overt/shared/errors.ts";
import type { SealedBlob } from "@overt/shared/protocol/build-event.ts";
import type { FeedItem } from "@overt/shared/protocol/wire.ts";

/** The last number of the chain that was used, and H of the last record that is held; seq -1 before the first. */
export interface ChainHead {
  readonly seq: number;
  readonly hash: string;
}

/** Numbers used by records that the device no longer has, from the one after `head.hash` on. */
export interface Lost {
  readonly from: number;
  readonly to: number;
}

export type RecordType = "event" | "statement";
/** `match` holds what a person said or a rule matched; it outranks `health` when room is short. */
export type Rank = "match" | "health";

export interface NewRecord {
  readonly seq: number;
  readonly hash: string;
  readonly type: RecordType;
  readonly kind: string;
  readonly envelope: Envelope;
  readonly blobs: readonly SealedBlob[];
}

export interface StoredRecord {
  readonly seq: number;
  readonly hash: string;
  readonly type: RecordType;
  readonly kind: string;
  readonly envelope: Envelope;
}

/** What ingest answered for one record. `receipt` goes with taken and refused ones. */
export interface Settlement {
  readonly seq: number;
  readonly status: 200 | 201 | 409 | 422;
  readonly code: ErrorCode | undefined;
  readonly receipt: StoredReceipt | undefined;
}
export interface StoredReceipt {
  readonly envelope: Envelope;
  readonly receivedAt: number;
  readonly leafIndex: number;
}

export interface FeedEntry {
  readonly item: FeedItem;
  /** H of the records it speaks of. */
  readonly about: readonly string[];
}

/** Small encrypted values that change together with a record: suppression, counters, trusted time. */
export type StateWrites = Readonly<Record<string, unknown>>;

/**
 * The device's own book: hash chain, sealed blobs, receipts, answers. Calls are synchronous and durable when they return.
 * Records are never changed, and removed only once they are delivered and a verified checkpoint covers them.
 * Throws StoreError STORE_FAILED.
 */
export interface Journal {
  head(): ChainHead;
  lost(): Lost | undefined;
  /** How many records and bytes are held, and how many records wait. */
  size(): { readonly records: number; readonly bytes: number; readonly waiting: number };
  hasRoom(rank: Rank): boolean;
  /** Record, blobs and state in one transaction; `seq` must be the next, past the lost ones after a gap. */
  append(record: NewRecord, state: StateWrites): void;
  /** The next number goes to a record for which there is no room; the state is kept all the same. */
  lose(state: StateWrites): void;

  readState(key: string): unknown;
  writeState(state: StateWrites): void;

  /** Records that wait for delivery, by seq; at most `limit` and `maxBytes` of envelopes, at least one. */
  pending(limit: number, maxBytes: number): readonly StoredRecord[];
  /** Seq of the first record that waits and is of rank match. */
  findFirstUrgent(): number | undefined;
  settle(settlements: readonly Settlement[]): void;
  /** The server lost what it had acknowledged: everything after `head` waits again. */
  resendAfter(head: number): void;
  /** Highest seq that was settled, -1 before the first. */
  delivered(): number;
  /** A fork was found: this chain is not taken further. */
  forked(): boolean;
  /** Receipts' leaves below `size` are covered by a checkpoint that was verified. */
  cover(size: number): void;
  /** Highest leaf index of a receipt that no verified checkpoint covers yet. */
  findUncoveredLeaf(): number | undefined;

  findBlob(sha256: string): Uint8Array | undefined;
  /** Blobs of delivered records that were not uploaded yet. */
  pendingBlobs(limit: number): readonly string[];
  markUploaded(sha256: string): void;
  /** The server asks for it again. */
  markWanted(sha256: readonly string[]): void;

  list(before: number | undefined, limit: number): readonly StoredRecord[];
  findRecord(seq: number): StoredRecord | undefined;
  findSeq(hash: string): number | undefined;
  findReceipt(seq: number): StoredReceipt | undefined;

  feedCursor(): number;
  addFeed(entries: readonly FeedEntry[], cursor: number): void;
  listFeed(about: string): readonly FeedItem[];

  close(): void;
}
