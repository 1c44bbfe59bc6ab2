import { parseBase64, parseHex } from "@overt/shared/bytes.ts";
import { Envelope, envelopeHash, readUnverified, verifyEnvelope } from "@overt/shared/crypto/envelope.ts";
import { isCommitted } from "@overt/shared/crypto/seal.ts";
import { OvertError, VerificationError } from "@overt/shared/errors.ts";
import { limits } from "@overt/shared/limits.ts";
import { Acknowledgement, EnrolmentPack } from "@overt/shared/protocol/enrolment.ts";
import { Event } from "@overt/shared/protocol/event.ts";
import { Hash, Seconds } from "@overt/shared/protocol/fields.ts";
import { payloadTypes } from "@overt/shared/protocol/payload-types.ts";
import { Receipt } from "@overt/shared/protocol/receipt.ts";
import type { Servers } from "@overt/shared/protocol/roster.ts";
import { Statement } from "@overt/shared/protocol/statement.ts";
import { FeedItem } from "@overt/shared/protocol/wire.ts";
import { z } from "zod";
import { findKeysAt, findOfficerKeysAt, requireAgencyKeys } from "./agency-keys.ts";
import { readToken, verifyDocuments } from "./enrolment-pack.ts";
import { readAcknowledgement, requireBothSignatures } from "./exchange.ts";
import { openDecision, openView } from "./feed.ts";
import type { PublishedFiles, VerifiedTargets } from "./verified-targets.ts";

/** Made from the signed parts, for people to read; nothing rests on it. */
const forReading = z.unknown().optional();

const Opened = z.strictObject({
  level: z.union([z.literal(1), z.literal(2)]),
  commitment: Hash,
  salt: Hash,
  plaintext: z.string().max(limits.blob * 2),
});
const CopiedRecord = z.strictObject({
  seq: forReading,
  hash: Hash,
  document: forReading,
  envelope: Envelope,
  receipt: z.strictObject({ envelope: Envelope, receivedAt: forReading, leafIndex: forReading }).optional(),
  evidence: forReading,
  statementText: forReading,
  views: forReading,
  decisions: forReading,
  opened: z.array(Opened).max(8),
  feed: z.array(FeedItem).max(10_000),
});
type CopiedRecord = z.infer<typeof CopiedRecord>;

const Base64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/);

/** The person's copy as `exportRecords` makes it. */
export const PersonCopy = z.strictObject({
  format: z.literal("overt-export-v1"),
  howToCheck: forReading,
  status: forReading,
  enrolment: z.strictObject({ pack: EnrolmentPack, issuer: forReading }),
  acknowledgement: Envelope,
  keys: forReading,
  order: forReading,
  orderStatus: forReading,
  protectedVisits: forReading,
  records: z.array(CopiedRecord),
  published: z.strictObject({ verifiedAt: Seconds, files: z.record(z.string().max(300), Base64) }),
});

/** What was found in order. */
export interface CheckedCopy {
  readonly agency: string;
  readonly practice: boolean;
  readonly rootSha256: string;
  readonly caseRef: string;
  readonly deviceId: string;
  readonly records: number;
  readonly receipts: number;
  readonly opened: number;
  readonly views: number;
  readonly decisions: number;
  /** Records that the device says it lost. */
  readonly lost: number;
}

/**
 * SPEC.md section 12: everything in a person's copy, from the root that the token names to the last commitment. Nothing outside the
 * copy is asked. Throws VerificationError at the first thing that does not hold.
 */
export async function checkCopy(
  text: string,
  verifyPublished: (files: PublishedFiles, rootSha256: string) => Promise<VerifiedTargets>,
): Promise<CheckedCopy> {
  const copy = parseCopy(text);
  const { pack } = copy.enrolment;
  const token = readToken(pack);
  const files = new Map(Object.entries(copy.published.files).map(([path, bytes]) => [path, parseBase64(bytes)]));
  const targets = await verifyPublished({ verifiedAt: copy.published.verifiedAt, files }, token.tufRootSha256);
  const keys = requireAgencyKeys(targets);
  const claimed = readUnverified(copy.acknowledgement, Acknowledgement, limits.payload.acknowledgement);
  verifyDocuments(pack, keys, targets.agency, claimed.at);
  const deviceKey = parseHex(claimed.deviceKey);
  const officerKeys = findOfficerKeysAt(keys.officers, token.officerId, claimed.at);
  requireBothSignatures(copy.acknowledgement, copy.acknowledgement, deviceKey, officerKeys);
  const acknowledgement = readAcknowledgement(copy.acknowledgement, deviceKey);
  if (acknowledgement.tokenHash !== envelopeHash(pack.token) || acknowledgement.orderHash !== token.orderHash) {
    throw new VerificationError("WRONG_ORDER", "The acknowledgement is of another token or order.");
  }
  const ackHash = envelopeHash(copy.acknowledgement);
  return {
    agency: targets.agency,
    practice: targets.practice,
    rootSha256: token.tufRootSha256,
    caseRef: token.caseRef,
    deviceId: ackHash.slice(0, 32),
    ...checkRecords(copy.records, { ackHash, deviceKey, servers: keys.servers }),
  };
}

function parseCopy(text: string): z.infer<typeof PersonCopy> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new VerificationError("BAD_JSON", "This is not a copy that the program made: it is not JSON.");
  }
  const read = PersonCopy.safeParse(value);
  if (read.success) return read.data;
  throw new VerificationError(
    "BAD_SCHEMA",
    "This is not a whole copy of an enrolled device. A part of it is missing or changed.",
  );
}

interface Under {
  readonly ackHash: string;
  readonly deviceKey: Uint8Array;
  readonly servers: Servers;
}

function checkRecords(newestFirst: readonly CopiedRecord[], under: Under) {
  const counts = { records: 0, receipts: 0, opened: 0, views: 0, decisions: 0, lost: 0 };
  const hashes = new Map<number, string>([[-1, under.ackHash]]);
  let head = -1;
  for (const record of newestFirst.toReversed()) {
    try {
      const document = openDocument(record, under.deviceKey);
      const { seq, prev } = document;
      const from = "lostFrom" in document ? document.lostFrom : seq;
      if ("lostFrom" in document ? document.lostTo !== seq - 1 || from > head + 1 : seq !== head + 1) throw broken();
      if (hashes.get(from - 1) !== prev || envelopeHash(record.envelope) !== record.hash) throw broken();
      hashes.set(seq, record.hash);
      head = seq;
      counts.records++;
      counts.lost += seq - from;
      if (record.receipt !== undefined) {
        checkReceipt(record.receipt.envelope, { seq, hash: record.hash, deviceId: document.deviceId }, under.servers);
        counts.receipts++;
      }
      counts.opened += checkOpened(record, document);
      for (const item of record.feed) countFeed(item, record.hash, under.servers, counts);
    } catch (error) {
      if (!(error instanceof OvertError)) throw error;
      throw new VerificationError("CHAIN_BROKEN", `Record ${head + 1}: ${error.message}`, { cause: error });
    }
  }
  return counts;
}

function openDocument({ envelope }: CopiedRecord, deviceKey: Uint8Array): Event | Statement {
  const by = { keys: [deviceKey] };
  if (envelope.payloadType === payloadTypes.event) {
    return verifyEnvelope(envelope, {
      ...by,
      payloadType: payloadTypes.event,
      schema: Event,
      maxBytes: limits.payload.event,
    }).value;
  }
  const spec = { payloadType: payloadTypes.statement, schema: Statement, maxBytes: limits.payload.statement };
  return verifyEnvelope(envelope, { ...spec, ...by }).value;
}

function checkReceipt(
  envelope: Envelope,
  of: { readonly seq: number; readonly hash: string; readonly deviceId: string },
  servers: Servers,
): void {
  const maxBytes = limits.payload.receipt;
  const keys = findKeysAt(servers.receiptKeys, readUnverified(envelope, Receipt, maxBytes).receivedAt);
  const { value } = verifyEnvelope(envelope, { payloadType: payloadTypes.receipt, schema: Receipt, keys, maxBytes });
  if (value.eventHash !== of.hash || value.seq !== of.seq || value.deviceId !== of.deviceId) {
    throw new VerificationError("HASH_MISMATCH", "The receipt is of another record.");
  }
}

/** Every opened text belongs to a commitment of this very record. */
function checkOpened({ opened }: CopiedRecord, document: Event | Statement): number {
  const references = "text" in document ? [document.text] : document.kind === "match" ? (document.evidence ?? []) : [];
  for (const { commitment, salt, plaintext } of opened) {
    const known = references.some((reference) => reference.commitment === commitment);
    if (!known || !isCommitted(commitment, parseHex(salt), parseBase64(plaintext))) {
      throw new VerificationError("BAD_COMMITMENT", "What a sealed note is said to hold is not what was signed.");
    }
  }
  return opened.length;
}

function countFeed(item: FeedItem, hash: string, servers: Servers, counts: { views: number; decisions: number }): void {
  if (item.kind === "tombstone") return;
  const about =
    item.kind === "view" ? [openView(item.view, servers).about] : openDecision(item.decision, servers).about;
  if (!about.includes(hash))
    throw new VerificationError("HASH_MISMATCH", "A view or decision is about another record.");
  counts[item.kind === "view" ? "views" : "decisions"]++;
}

function broken(): VerificationError {
  return new VerificationError("CHAIN_BROKEN", "It does not follow the one before.");
}
