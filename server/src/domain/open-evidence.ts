import { toHex } from "@overt/shared/bytes.ts";
import type { SigningKey } from "@overt/shared/crypto/ed25519.ts";
import { type Envelope, envelopeHash, signEnvelope } from "@overt/shared/crypto/envelope.ts";
import { sha256Hex } from "@overt/shared/crypto/hash.ts";
import { PolicyError, VerificationError } from "@overt/shared/errors.ts";
import { LeafType } from "@overt/shared/log/leaf.ts";
import { payloadTypes } from "@overt/shared/protocol/payload-types.ts";
import type { View } from "@overt/shared/protocol/review.ts";
import type { Actor } from "./actor.ts";
import { recordAudit } from "./audit.ts";
import { authorise } from "./authorise.ts";
import { notFound, type ReviewDeps, requireLease } from "./claim.ts";
import type { Alert, AlertEvent, SealReference } from "./console-records.ts";
import type { ConsoleStore } from "./console-store.ts";
import type { IngestReader } from "./ports.ts";

export interface EvidenceDeps extends ReviewDeps {
  readonly ingest: IngestReader;
  readonly signingKey: SigningKey;
}

/** One sealed blob for the reviewer's browser; the server cannot open it. */
export interface Released {
  readonly ciphertext: Uint8Array;
  readonly reference: SealReference;
  /** When the opening was recorded, in Unix seconds. */
  readonly viewedAt: number;
}

/**
 * Releases one level of one event's evidence. The audit row and the signed `view`, which the log and the person get,
 * are committed before the ciphertext leaves. Codes: NOT_FOUND, LEASE_LOST, EVIDENCE_NOT_ALLOWED (beyond the clause),
 * EVIDENCE_STEP_SKIPPED (level 2 before level 1), HASH_MISMATCH.
 */
export async function openEvidence(
  deps: EvidenceDeps,
  actor: Actor,
  request: { readonly alertId: number; readonly leaseId: string; readonly eventHash: string; readonly level: 1 | 2 },
): Promise<Released> {
  authorise(actor, "evidence.open");
  const { level, eventHash } = request;
  const alert = await requireLease(deps.store, actor, request.alertId, request.leaseId, deps.now());
  const event = (await deps.store.alerts.listEvents(alert.alertId)).find((each) => each.eventHash === eventHash);
  if (event === undefined) throw notFound();
  await requireClauseAllows(deps.ingest, alert, level);
  const reference = event.evidence.find((each) => each.level === level);
  if (reference === undefined) throw notFound();
  const ciphertext = await requireBlob(deps.ingest, reference);
  return deps.store.transaction(async (tx) => {
    await requireLease(tx, actor, request.alertId, request.leaseId, deps.now());
    await requireStep(tx, actor, event, level);
    const viewedAt = await recordView({ ...deps, store: tx }, actor, alert, { about: eventHash, level });
    await recordAudit(tx, deps, actor, {
      operation: "consultation",
      object: "evidence",
      objectId: `${eventHash}/${level}`,
    });
    return { ciphertext, reference, viewedAt };
  });
}

/** Signs that somebody of this role opened this level; goes to the log and the device's feed with the same commit. Answers its time. */
export async function recordView(
  deps: Pick<EvidenceDeps, "store" | "now" | "random" | "signingKey">,
  actor: Actor,
  alert: Alert,
  opened: { readonly about: string; readonly level: number },
): Promise<number> {
  const at = deps.now();
  const view: View = { v: 1, ...opened, role: actor.role, at, salt: toHex(deps.random(16)) };
  const envelope: Envelope = signEnvelope(payloadTypes.view, view, [deps.signingKey]);
  const viewHash = envelopeHash(envelope);
  const { alertId, deviceId } = alert;
  await deps.store.evidence.insertView({
    alertId,
    ...opened,
    reviewerId: actor.reviewerId,
    role: actor.role,
    at,
    viewHash,
    envelope,
  });
  await deps.store.outbox.add([
    { leafType: LeafType.view, hash: viewHash, reply: { deviceId, item: { kind: "view", view: envelope } } },
  ]);
  return at;
}

/** The blob, whose hash the device signed; throws NOT_FOUND while the device has not sent it, HASH_MISMATCH where it differs. */
export async function requireBlob(ingest: IngestReader, reference: SealReference): Promise<Uint8Array> {
  const ciphertext = await ingest.findBlob(reference.ciphertextSha256);
  if (ciphertext === undefined) throw new PolicyError("NOT_FOUND", "The device has not sent this sealed part yet.");
  if (sha256Hex(ciphertext) !== reference.ciphertextSha256) {
    throw new VerificationError("HASH_MISMATCH", "The stored sealed part is not the one the device signed for.");
  }
  return ciphertext;
}

async function requireClauseAllows(ingest: IngestReader, alert: Alert, level: number): Promise<void> {
  const order = await ingest.findOrder(alert.orderHash);
  const clause = order?.clauses.find((each) => each.clauseId === alert.clauseId);
  if (clause === undefined || level > clause.maxEvidence) {
    throw new PolicyError("EVIDENCE_NOT_ALLOWED", "The clause of the order does not allow this level of evidence.");
  }
}

async function requireStep(store: ConsoleStore, actor: Actor, event: AlertEvent, level: 1 | 2): Promise<void> {
  if (level === 1 || !event.evidence.some((each) => each.level === 1)) return;
  if (await store.evidence.hasView(event.eventHash, 1, actor.reviewerId)) return;
  throw new PolicyError(
    "EVIDENCE_STEP_SKIPPED",
    "Open the site and the masked term first; the full item is the step after it.",
  );
}
