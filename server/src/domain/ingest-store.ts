import type { Verified } from "@overt/shared/brand.ts";
import type { Envelope, VerifiedDocument } from "@overt/shared/crypto/envelope.ts";
import type { ErrorCode } from "@overt/shared/errors.ts";
import type { LeafType } from "@overt/shared/log/leaf.ts";
import type { DeviceStatus } from "@overt/shared/protocol/device.ts";
import type { Acknowledgement, EnrolmentPack, EnrolmentToken } from "@overt/shared/protocol/enrolment.ts";
import type { Order, OrderStatus } from "@overt/shared/protocol/order.ts";
import type { FeedItem } from "@overt/shared/protocol/wire.ts";
import type { RuleSet } from "@overt/shared/rules/language.ts";
import type { StoredDevice } from "./ports.ts";

/** A device as ingest knows it; keys are raw bytes. */
export interface KnownDevice {
  readonly deviceKey: number;
  readonly deviceId: string;
  readonly caseId: number;
  readonly caseRef: string;
  readonly publicKey: Uint8Array;
  readonly state: StoredDevice["state"];
  /** H of the order last acknowledged. */
  readonly orderHash: string;
  readonly ackHash: string;
}

/** Where a device's chain ends: seq -1 and H(acknowledgement) before the first record. */
export interface ChainHead {
  readonly seq: number;
  readonly hash: string;
}

/** A record that stands at a seq already. `receipt` is the stored text, byte for byte. */
export interface HeldRecord {
  readonly hash: string;
  readonly receipt: Envelope;
  readonly refused: ErrorCode | undefined;
}

export interface NewRecord {
  readonly device: KnownDevice;
  readonly seq: number;
  readonly hash: string;
  readonly leafType: LeafType;
  /** Absent for a refused record: only its hash is kept. */
  readonly envelope: Envelope | undefined;
  readonly refused: ErrorCode | undefined;
  /** Ciphertexts that the device may now send. */
  readonly wantedBlobs: readonly string[];
}

/** The order that an event names, with what has been said of it since. */
export interface OrderInForce {
  readonly order: Order;
  readonly orderHash: string;
  readonly caseId: number;
  /** When a `revoked` status was issued, Unix seconds. */
  readonly revokedAt: number | undefined;
}

/** All rule sets that were ever in force here: a late event names an old one. */
export interface KnownRules {
  findRuleSet(version: number, ruleId: string): RuleSet | undefined;
  isKnown(ruleId: string): boolean;
}

export type VerifiedOrder = VerifiedDocument<Order>;
export type VerifiedStatus = VerifiedDocument<OrderStatus>;

/** One transaction of the sequencer. What it gives out (leaf numbers, receipts) holds only after the commit. */
export interface IngestUnit {
  /** Unix seconds of this commit: `receivedAt` of all its receipts. */
  readonly now: number;
  /** How many writes were begun in this transaction so far. */
  countWrites(): number;
  findHead(device: KnownDevice): Promise<ChainHead>;
  findHeld(device: KnownDevice, seq: number): Promise<HeldRecord | undefined>;
  /** Whether this is H of an acknowledgement of the device's, the first or a later one. */
  isAcknowledgement(device: KnownDevice, hash: string): Promise<boolean>;
  appendRecord(record: NewRecord): Promise<Envelope>;
  /** Another hash at a seq that is taken; written once for each hash. */
  appendFork(device: KnownDevice, seq: number, hash: string): Promise<void>;
  appendLeaf(type: LeafType, hash: string): number;
  /** Those of the named ciphertexts that are not stored yet. */
  listMissingBlobs(device: KnownDevice, sha256s: readonly string[]): Promise<readonly string[]>;

  findOrderVersion(orderId: string): Promise<{ version: number; orderHash: string } | undefined>;
  /** The status of the order that is current. */
  findCurrentStatus(orderId: string): Promise<Pick<OrderStatus, "version" | "state" | "issuedAt"> | undefined>;
  saveOrder(order: VerifiedOrder): Promise<void>;
  saveOrderStatus(status: VerifiedStatus): Promise<void>;
  findTokenUse(tokenHash: string): Promise<string | undefined>;
  findDeviceByAcknowledgement(ackHash: string): Promise<KnownDevice | undefined>;
  saveEnrolment(enrolment: {
    readonly token: VerifiedDocument<EnrolmentToken>;
    readonly acknowledgement: VerifiedDocument<Acknowledgement>;
    readonly deviceId: string;
    /** The device that goes on under a new acknowledgement. */
    readonly continues: KnownDevice | undefined;
  }): Promise<void>;
  saveDeviceStatus(device: KnownDevice, status: VerifiedDocument<DeviceStatus>): Promise<void>;
  saveRuleSets(sets: readonly RuleSet[]): Promise<void>;
  /** True the first time that this targets version is seen. */
  markTargets(targetsSha256: string): Promise<boolean>;
  /** Takes up at most `limit` handed-over items; false when none was left. */
  drainHandover(limit: number): Promise<boolean>;
}

export interface IngestStore {
  /** Runs `work` in one durable transaction. The unit's effects are all there afterwards, or none is. */
  commit<T>(work: (unit: IngestUnit) => Promise<T>): Promise<T>;

  findDevice(deviceId: string): Promise<KnownDevice | undefined>;
  findOrder(orderHash: string): Promise<OrderInForce | undefined>;
  findCurrentOrder(device: KnownDevice): Promise<{ order: Envelope; orderStatus: Envelope } | undefined>;
  readRules(): Promise<KnownRules>;
  listFeed(device: KnownDevice, after: number, limit: number): Promise<readonly FeedItem[]>;

  savePack(code: string, pack: EnrolmentPack, token: Verified<EnrolmentToken>, tokenHash: string): Promise<void>;
  findPack(code: string, now: number): Promise<EnrolmentPack | undefined>;
  /** False where the step is written already with another body. Throws OVERLOADED where too many exchanges are open. */
  saveExchangeStep(tokenId: string, step: string, body: string, now: number): Promise<boolean>;
  findExchangeStep(tokenId: string, step: string): Promise<string | undefined>;

  /** False where this device used the nonce before. */
  spendNonce(device: KnownDevice, nonce: string, now: number, expiresAt: number): Promise<boolean>;
  isBlobWanted(device: KnownDevice, sha256: string): Promise<boolean>;
  /** False where it was stored before. */
  saveBlob(device: KnownDevice, sha256: string, bytes: Uint8Array, now: number): Promise<boolean>;
  /** Whether `drainHandover` would find anything. */
  hasHandover(): Promise<boolean>;
  /** Destroys the case's key and deletes what it sealed; hashes, leaves and receipts stay. False where there is nothing to erase. */
  eraseCase(caseRef: string, now: number): Promise<boolean>;
  /** Deletes packs, exchange steps and nonces whose time is over. */
  deleteExpired(now: number): Promise<void>;
  /** Writes a row, as a commit would. Throws what the database throws when it cannot. */
  probe(now: number): Promise<void>;
  /** Bytes of blobs stored for the case. */
  countBlobBytes(device: KnownDevice): Promise<number>;
}
