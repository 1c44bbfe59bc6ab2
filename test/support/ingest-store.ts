import type { Handover, HandoverItem, IngestReader, StoredDevice, StoredRecord } from "@overt/server/domain/ports.ts";
import { toHex, utf8 } from "@overt/shared/bytes.ts";
import { canonicalBytes } from "@overt/shared/crypto/canonical.ts";
import { documentHash } from "@overt/shared/crypto/envelope.ts";
import { sha256, sha256Hex } from "@overt/shared/crypto/hash.ts";
import { type Sealed, sealLevel } from "@overt/shared/crypto/seal.ts";
import { type BoxKey, boxKeyFromSeed } from "@overt/shared/crypto/x25519.ts";
import type { Event, MatchEvent } from "@overt/shared/protocol/event.ts";
import type { Order } from "@overt/shared/protocol/order.ts";
import { payloadTypes } from "@overt/shared/protocol/payload-types.ts";
import type { Statement } from "@overt/shared/protocol/statement.ts";

type Body = NonNullable<StoredRecord["body"]>;
type Chain = "v" | "deviceId" | "seq" | "prev" | "elapsedSeconds" | "bootId" | "orderHash" | "salt" | "kind";
export type NewMatch = Partial<Omit<MatchEvent, Chain | "evidence">> & {
  readonly evidence?: { readonly level1?: unknown; readonly level2?: unknown };
};
type OtherEvent =
  Exclude<Event, MatchEvent> extends infer E ? (E extends Event ? Omit<E, Exclude<Chain, "kind">> : never) : never;

/** One device of a simulated ingest store: makes records as a device would, sealed with the real crypto. */
export interface SimulatedDevice {
  readonly deviceId: string;
  readonly boxKey: BoxKey;
  match(match?: NewMatch): string;
  state(text: string, about?: string, kind?: Statement["kind"]): string;
  add(event: OtherEvent): string;
}

/** Ingest's side of the two ports in memory: what it holds for the console, and what the console handed over. */
export class SimulatedIngest implements IngestReader, Handover {
  readonly orders = new Map<string, Order>();
  readonly blobs = new Map<string, Uint8Array>();
  readonly handedOver = new Map<string, HandoverItem>();
  /** Hashes in the order of arrival, repeats included. */
  readonly submissions: string[] = [];
  readonly #records: StoredRecord[] = [];
  readonly #devices: StoredDevice[] = [];
  readonly #now: () => number;
  readonly #recipients: readonly Uint8Array[];
  readonly #random: (n: number) => Uint8Array;

  constructor(options: { now: () => number; random: (n: number) => Uint8Array; recipients: readonly Uint8Array[] }) {
    this.#now = options.now;
    this.#random = options.random;
    this.#recipients = options.recipients;
  }

  addDevice(order: Order, name = "device"): SimulatedDevice {
    const orderHash = documentHash(payloadTypes.order, order);
    this.orders.set(orderHash, order);
    const deviceId = sha256Hex(utf8(name)).slice(0, 32);
    const boxKey = boxKeyFromSeed(sha256(utf8(`${name} box`)));
    this.#devices.push({
      ...{ deviceId, caseRef: order.caseRef, orderHash, publicKey: "00".repeat(32), boxKey: toHex(boxKey.publicKey) },
      ...{ enrolledAt: this.#now() - 86_400 * 3, state: "active", head: -1, lastSeenAt: this.#now() },
    });
    const chain = () => ({
      ...{ v: 1 as const, deviceId, seq: this.#records.length, prev: "00".repeat(32), elapsedSeconds: 0 },
      ...{ bootId: "ab".repeat(16), orderHash, salt: toHex(this.#random(16)) },
    });
    return {
      deviceId,
      boxKey,
      match: ({ evidence = {}, ...match } = {}) => {
        const references = [evidence.level1, evidence.level2].flatMap((plain, i) =>
          plain === undefined ? [] : [this.#seal(plain, i === 0 ? 1 : 2, boxKey)],
        );
        const event: MatchEvent = {
          ...{
            ...chain(),
            kind: "match",
            at: this.#now() - 4,
            ruleId: "example-rule",
            ruleRevision: 2,
            ruleSetVersion: 7,
          },
          ...{ clauseId: "clause-1", category: "example-category", severity: "normal", channel: "extension" },
          ...{ cause: "user-navigation", count: 1, windowSeconds: 0 },
          ...match,
          ...(references.length === 0 ? {} : { evidence: references }),
        };
        return this.#record(order.caseRef, deviceId, { type: "event", event });
      },
      state: (text, about, kind = "explain") => {
        const statement: Statement = {
          ...{ ...chain(), kind, at: this.#now(), text: this.#seal({ v: 1, text }, 1, boxKey) },
          ...(about === undefined ? {} : { about }),
        };
        return this.#record(order.caseRef, deviceId, { type: "statement", statement });
      },
      add: (event) =>
        this.#record(order.caseRef, deviceId, { type: "event", event: { ...chain(), ...event } as Event }),
    };
  }

  #seal(plain: unknown, level: 1 | 2, device: BoxKey) {
    const sealed: Sealed = sealLevel({
      plaintext: canonicalBytes(plain),
      recipients: [...this.#recipients, device.publicKey],
      random: this.#random,
    });
    this.blobs.set(sealed.ciphertextSha256, sealed.blob);
    const { commitment, ciphertextSha256 } = sealed;
    return { level, commitment, ciphertextSha256, bucket: sealed.bucket as 1024 };
  }

  #record(caseRef: string, deviceId: string, body: Body): string {
    const type = body.type === "event" ? payloadTypes.event : payloadTypes.statement;
    const hash = documentHash(type, body.type === "event" ? body.event : body.statement);
    const recordId = this.#records.length + 1;
    this.#records.push({ recordId, deviceId, caseRef, hash, receivedAt: this.#now(), leafIndex: recordId + 10, body });
    return hash;
  }

  async listRecords(after: number, limit: number) {
    return this.#records.filter((record) => record.recordId > after).slice(0, limit);
  }
  async findRecord(hash: string) {
    return this.#records.find((record) => record.hash === hash);
  }
  async listDeviceRecords(deviceId: string, before: number, limit: number) {
    return this.#records
      .filter((record) => record.deviceId === deviceId && record.recordId < before)
      .reverse()
      .slice(0, limit);
  }
  async findBlob(sha256: string) {
    return this.blobs.get(sha256);
  }
  async listDevices() {
    return this.#devices;
  }
  async findDevice(deviceId: string) {
    return this.#devices.find((device) => device.deviceId === deviceId);
  }
  async findOrder(orderHash: string) {
    return this.orders.get(orderHash);
  }
  async submit(items: readonly HandoverItem[]) {
    for (const item of items) {
      this.submissions.push(item.hash);
      this.handedOver.set(item.hash, item);
    }
  }
}
