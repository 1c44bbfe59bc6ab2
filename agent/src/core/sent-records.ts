import { parseBase64 } from "@overt/shared/bytes.ts";
import { parseCanonical } from "@overt/shared/crypto/canonical.ts";
import { verifyEnvelope } from "@overt/shared/crypto/envelope.ts";
import { openSealed } from "@overt/shared/crypto/seal.ts";
import { VerificationError } from "@overt/shared/errors.ts";
import { limits } from "@overt/shared/limits.ts";
import { Event, type EvidenceReference } from "@overt/shared/protocol/event.ts";
import { EvidenceLevel1, EvidenceLevel2, SealedStatement, SealedTold } from "@overt/shared/protocol/evidence.ts";
import { payloadTypes } from "@overt/shared/protocol/payload-types.ts";
import type { Servers } from "@overt/shared/protocol/roster.ts";
import { Statement } from "@overt/shared/protocol/statement.ts";
import type { FeedItem } from "@overt/shared/protocol/wire.ts";
import type { z } from "zod";
import type { SentRecord } from "../notice/ports.ts";
import type { DeviceKeys } from "./device-keys.ts";
import { openDecision, openView } from "./feed.ts";
import type { Journal, StoredRecord } from "./journal.ts";

export interface SentDeps {
  readonly journal: Journal;
  readonly keys: DeviceKeys;
  readonly servers: () => Servers;
}

/** A record as the person sees it: what was sent, opened with the device's own key, and what became of it. */
export function readSent(record: StoredRecord, deps: SentDeps): SentRecord {
  const { journal } = deps;
  const { seq, hash, envelope } = record;
  const document = openDocument(record, deps);
  const items = journal.listFeed(hash);
  return {
    seq,
    hash,
    document,
    envelope,
    receipt: journal.findReceipt(seq),
    evidence: document.type === "event" ? openEvidence(document.event, deps) : [],
    statementText: document.type === "statement" ? openText(document.statement.text, deps) : undefined,
    views: items.flatMap((item) => (item.kind === "view" ? [readView(item, deps)] : [])),
    decisions: items.flatMap((item) => (item.kind === "decision" ? [readDecision(item, deps)] : [])),
  };
}

function openDocument(record: StoredRecord, { keys }: SentDeps): SentRecord["document"] {
  const by = { keys: [keys.signing.publicKey] };
  if (record.type === "event") {
    const spec = { payloadType: payloadTypes.event, schema: Event, maxBytes: limits.payload.event, ...by };
    return { type: "event", event: verifyEnvelope(record.envelope, spec).value };
  }
  const spec = { payloadType: payloadTypes.statement, schema: Statement, maxBytes: limits.payload.statement, ...by };
  return { type: "statement", statement: verifyEnvelope(record.envelope, spec).value };
}

function openEvidence(event: Event, deps: SentDeps): (EvidenceLevel1 | EvidenceLevel2)[] {
  const references = event.kind === "match" ? (event.evidence ?? []) : [];
  return references.flatMap<EvidenceLevel1 | EvidenceLevel2>((reference) =>
    reference.level === 1
      ? (openBlob(reference, EvidenceLevel1, deps) ?? [])
      : (openBlob(reference, EvidenceLevel2, deps) ?? []),
  );
}

function openText(reference: EvidenceReference, deps: SentDeps): string | undefined {
  return openBlob(reference, SealedStatement, deps)?.text;
}

function openBlob<T>(reference: EvidenceReference, schema: z.ZodType<T>, deps: SentDeps): T | undefined {
  const blob = deps.journal.findBlob(reference.ciphertextSha256);
  return blob && unseal(blob, reference.commitment, schema, deps);
}

/** Undefined where the seal is damaged: the page then says that it cannot be shown. */
function unseal<T>(blob: Uint8Array, commitment: string, schema: z.ZodType<T>, { keys }: SentDeps): T | undefined {
  try {
    const plaintext = openSealed({ blob, commitment, ...keys.box });
    return schema.parse(parseCanonical(plaintext, { maxBytes: limits.blob }));
  } catch (error) {
    if (error instanceof VerificationError) return undefined;
    throw error;
  }
}

function readView(item: Extract<FeedItem, { kind: "view" }>, deps: SentDeps): SentRecord["views"][number] {
  const { role, level, at } = openView(item.view, deps.servers());
  return { role, level, at };
}

function readDecision(item: Extract<FeedItem, { kind: "decision" }>, deps: SentDeps): SentRecord["decisions"][number] {
  const { outcome, role, at, attested, told } = openDecision(item.decision, deps.servers());
  const blob = item.toldBlob === undefined ? undefined : parseBase64(item.toldBlob);
  const words = blob && told && unseal(blob, told.commitment, SealedTold, deps)?.text;
  return { outcome, role, at, attested, told: words };
}
