import type { LeafType } from "@overt/shared/log/leaf.ts";
import type { Event } from "@overt/shared/protocol/event.ts";
import type { Order } from "@overt/shared/protocol/order.ts";
import type { Statement } from "@overt/shared/protocol/statement.ts";
import type { FeedItem } from "@overt/shared/protocol/wire.ts";

/** What the console may read of ingest's store. It never writes there except through `Handover`. */
export interface IngestReader {
  /** Accepted records in the order of arrival, `recordId` > after; at most `limit`. */
  listRecords(after: number, limit: number): Promise<readonly StoredRecord[]>;
  findRecord(hash: string): Promise<StoredRecord | undefined>;
  /** The accepted records of one device, newest first, `seq` < before. */
  listDeviceRecords(deviceId: string, before: number, limit: number): Promise<readonly StoredRecord[]>;
  findBlob(ciphertextSha256: string): Promise<Uint8Array | undefined>;
  listDevices(): Promise<readonly StoredDevice[]>;
  findDevice(deviceId: string): Promise<StoredDevice | undefined>;
  findOrder(orderHash: string): Promise<Order | undefined>;
}

export interface StoredRecord {
  /** Sequential key of arrival. */
  readonly recordId: number;
  readonly deviceId: string;
  readonly caseRef: string;
  readonly hash: string;
  /** Server time of the receipt, Unix seconds. */
  readonly receivedAt: number;
  readonly leafIndex: number;
  /** Absent once erased: hash and leaf stay. */
  readonly body:
    | { readonly type: "event"; readonly event: Event }
    | { readonly type: "statement"; readonly statement: Statement }
    | undefined;
}

export interface StoredDevice {
  readonly deviceId: string;
  readonly caseRef: string;
  readonly orderHash: string;
  readonly publicKey: string;
  readonly boxKey: string;
  readonly enrolledAt: number;
  readonly state: "active" | "lost" | "retired" | "rekeyed" | "declined";
  /** Highest accepted seq, -1 before the first. */
  readonly head: number;
  readonly lastSeenAt: number | undefined;
}

/** Hashes for the log and sealed replies for devices: written once, idempotent by hash, taken up by ingest's sequencer. */
export interface Handover {
  submit(items: readonly HandoverItem[]): Promise<void>;
}

export interface HandoverItem {
  readonly leafType: LeafType;
  /** H of the document, hex. */
  readonly hash: string;
  /** What the device will read; absent for documents that are logged only. The cursor is given by ingest. */
  readonly reply?: { readonly deviceId: string; readonly item: FeedItemBody };
}

type WithoutCursor<T> = T extends unknown ? Omit<T, "cursor"> : never;
export type FeedItemBody = WithoutCursor<FeedItem>;
