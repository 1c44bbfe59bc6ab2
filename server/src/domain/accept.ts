import type { RawVerifyAsync } from "@overt/shared/crypto/ed25519.ts";
import {
  type Envelope,
  readUnverified,
  type VerifiedDocument,
  verifyEnvelopeAsync,
} from "@overt/shared/crypto/envelope.ts";
import { type ErrorCode, OvertError, VerificationError } from "@overt/shared/errors.ts";
import { limits } from "@overt/shared/limits.ts";
import { LeafType } from "@overt/shared/log/leaf.ts";
import { Event } from "@overt/shared/protocol/event.ts";
import { payloadTypes } from "@overt/shared/protocol/payload-types.ts";
import { Statement } from "@overt/shared/protocol/statement.ts";
import type { EventResult } from "@overt/shared/protocol/wire.ts";
import type { z } from "zod";
import type { ChainHead, IngestStore, IngestUnit, KnownDevice, KnownRules, OrderInForce } from "./ingest-store.ts";
import { findRefusal } from "./judge.ts";

/** One envelope after everything that needs no transaction. */
type Prepared =
  | { readonly kind: "broken"; readonly code: ErrorCode }
  | {
      readonly kind: "record";
      readonly document: VerifiedDocument<Event | Statement>;
      readonly refused: ErrorCode | undefined;
    };

export interface PreparedBatch {
  readonly device: KnownDevice | undefined;
  readonly items: readonly Prepared[];
}

export interface BatchAnswer {
  readonly results: readonly EventResult[];
  readonly head: number;
  readonly wantedBlobs: readonly string[];
}

interface AcceptDeps {
  readonly store: IngestStore;
  readonly verify: RawVerifyAsync;
  /** Takes in what the agency published since the last look. */
  readonly refreshTrust: () => Promise<void>;
  readonly now: () => number;
}

/** SPEC.md 7.3 up to the chain: signatures and what the records name. Verification runs off this thread, all items at once. */
export async function prepareBatch(envelopes: readonly Envelope[], deps: AcceptDeps): Promise<PreparedBatch> {
  const device = await findSender(envelopes[0] as Envelope, deps);
  if (typeof device === "string") return { device: undefined, items: [{ kind: "broken", code: device }] };
  const items = await Promise.all(envelopes.map((envelope) => prepareOne(envelope, device, deps)));
  const judged = await judgeAll(items, device, deps);
  if (!judged.some(isUnknownRule)) return { device, items: judged };
  // The device may have read the newest rules before this server looked.
  await deps.refreshTrust();
  return { device, items: await judgeAll(items, device, deps) };
}

function isUnknownRule(item: Prepared): boolean {
  return item.kind === "record" && item.refused === "UNKNOWN_RULE";
}

async function judgeAll(
  items: readonly Prepared[],
  device: KnownDevice,
  { store, now }: AcceptDeps,
): Promise<readonly Prepared[]> {
  const named = await lookUp(store);
  return Promise.all(
    items.map(async (item) =>
      item.kind === "broken" ? item : { ...item, refused: await judge(item.document.value, device, named, now()) },
    ),
  );
}

/** What the records of one batch name, each looked up once. */
interface Named {
  findOrder(orderHash: string): Promise<OrderInForce | undefined>;
  readonly rules: KnownRules;
}

async function lookUp(store: IngestStore): Promise<Named> {
  const orders = new Map<string, Promise<OrderInForce | undefined>>();
  return {
    rules: await store.readRules(),
    findOrder(orderHash) {
      const known = orders.get(orderHash) ?? store.findOrder(orderHash);
      orders.set(orderHash, known);
      return known;
    },
  };
}

async function findSender(envelope: Envelope, deps: AcceptDeps): Promise<KnownDevice | ErrorCode> {
  const sender = await codeOf(async () => {
    const { schema, maxBytes } = recordKind(envelope);
    return readUnverified<Event | Statement>(envelope, schema, maxBytes);
  });
  if (typeof sender === "string") return sender;
  const device = await deps.store.findDevice(sender.deviceId);
  return device === undefined || device.state === "declined" ? "UNKNOWN_DEVICE" : device;
}

async function prepareOne(envelope: Envelope, device: KnownDevice, deps: AcceptDeps): Promise<Prepared> {
  const document = await codeOf(async () => {
    // One device, one signature: any more would be kept and handed on without meaning anything.
    if (envelope.signatures.length !== 1) {
      throw new VerificationError("BAD_SCHEMA", "A record carries the device's signature and no other.");
    }
    const { payloadType, schema, maxBytes } = recordKind(envelope);
    const verified = await verifyEnvelopeAsync<Event | Statement>(envelope, {
      payloadType,
      schema,
      keys: [device.publicKey],
      maxBytes,
      verify: deps.verify,
    });
    if (verified.value.deviceId !== device.deviceId) {
      throw new VerificationError("UNKNOWN_DEVICE", "The record belongs to another device than its batch.");
    }
    return verified;
  });
  if (typeof document === "string") return { kind: "broken", code: document };
  return { kind: "record", document, refused: undefined };
}

async function judge(
  record: Event | Statement,
  device: KnownDevice,
  { findOrder, rules }: Named,
  now: number,
): Promise<ErrorCode | undefined> {
  const order = await findOrder(record.orderHash);
  const ruleSet = record.kind === "match" ? rules.findRuleSet(record.ruleSetVersion, record.ruleId) : undefined;
  const rulesKnown = record.kind !== "heartbeat" || record.rules.every(({ ruleId }) => rules.isKnown(ruleId));
  return findRefusal(record, { order, ruleSet, rulesKnown }, device.caseId, now);
}

/** SPEC.md 7.3 from the chain on, inside the transaction that writes it. */
export async function applyBatch(batch: PreparedBatch, count: number, unit: IngestUnit): Promise<BatchAnswer> {
  const { device } = batch;
  if (device === undefined) {
    const [first] = batch.items;
    const code = first?.kind === "broken" ? first.code : "BAD_SCHEMA";
    return { results: [{ status: 422, code }, ...behind(count - 1)], head: -1, wantedBlobs: [] };
  }
  const results: EventResult[] = [];
  const named: string[] = [];
  let head = await unit.findHead(device);
  for (const item of batch.items) {
    const taken =
      item.kind === "broken"
        ? { result: { status: 422, code: item.code } as EventResult }
        : await applyOne(item, device, head, unit);
    results.push(taken.result);
    if ("head" in taken && taken.head !== undefined) head = taken.head;
    if (taken.result.receipt === undefined) break;
    if (item.kind === "record" && taken.result.code === undefined) named.push(...namedBlobs(item.document.value));
  }
  const wantedBlobs = await unit.listMissingBlobs(device, named);
  return { results: [...results, ...behind(count - results.length)], head: head.seq, wantedBlobs };
}

async function applyOne(
  item: Extract<Prepared, { kind: "record" }>,
  device: KnownDevice,
  head: ChainHead,
  unit: IngestUnit,
): Promise<{ result: EventResult; head?: ChainHead }> {
  const { value, hash, envelope } = item.document;
  if (value.seq <= head.seq) {
    const held = await unit.findHeld(device, value.seq);
    if (held?.hash === hash)
      return { result: { status: 200, receipt: held.receipt, ...(held.refused && { code: held.refused }) } };
    // A number that a gap gave up for lost and that is there after all: two devices speak with one key.
    await unit.appendFork(device, value.seq, hash);
    return { result: { status: 409, code: "FORK" } };
  }
  if (!(await continuesChain(value, device, head, unit))) return { result: { status: 422, code: "CHAIN_BROKEN" } };
  const { refused } = item;
  const receipt = await unit.appendRecord({
    device,
    seq: value.seq,
    hash,
    leafType:
      refused !== undefined ? LeafType["refused-event"] : isStatement(value) ? LeafType.statement : LeafType.event,
    envelope: refused === undefined ? envelope : undefined,
    refused,
    wantedBlobs: refused === undefined ? namedBlobs(value) : [],
  });
  const next = { seq: value.seq, hash };
  return refused === undefined
    ? { result: { status: 201, receipt }, head: next }
    : { result: { status: 422, code: refused, receipt }, head: next };
}

/**
 * The next number after the head's hash. A gap goes past the head from the last record that the device still knows, which
 * may lie behind what is held here: a device that lost its journal begins again at its acknowledgement (SPEC.md 7.2).
 */
async function continuesChain(
  record: Event | Statement,
  device: KnownDevice,
  head: ChainHead,
  unit: IngestUnit,
): Promise<boolean> {
  if (record.kind !== "gap") return record.seq === head.seq + 1 && record.prev === head.hash;
  const { lostFrom, lostTo } = record;
  if (lostFrom > lostTo || record.seq !== lostTo + 1 || lostFrom > head.seq + 1) return false;
  if (lostFrom === head.seq + 1) return record.prev === head.hash;
  if (lostFrom === 0) return unit.isAcknowledgement(device, record.prev);
  return (await unit.findHeld(device, lostFrom - 1))?.hash === record.prev;
}

function namedBlobs(record: Event | Statement): readonly string[] {
  if (isStatement(record)) return [record.text.ciphertextSha256];
  return record.kind === "match" ? (record.evidence ?? []).map((each) => each.ciphertextSha256) : [];
}

function isStatement(record: Event | Statement): record is Statement {
  return "text" in record;
}

interface RecordKind {
  readonly payloadType: string;
  readonly schema: z.ZodType<Event | Statement>;
  readonly maxBytes: number;
}

function recordKind(envelope: Envelope): RecordKind {
  return envelope.payloadType === payloadTypes.statement
    ? { payloadType: payloadTypes.statement, schema: Statement, maxBytes: limits.payload.statement }
    : { payloadType: payloadTypes.event, schema: Event, maxBytes: limits.payload.event };
}

function behind(count: number): EventResult[] {
  return Array.from({ length: Math.max(0, count) }, () => ({ status: 424, code: "PRECEDING_FAILED" }));
}

async function codeOf<T>(work: () => Promise<T>): Promise<T | ErrorCode> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof OvertError) return error.code;
    throw error;
  }
}
