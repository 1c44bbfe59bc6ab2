import { parseHex, toBase64, toHex } from "@overt/shared/bytes.ts";
import { canonicalBytes } from "@overt/shared/crypto/canonical.ts";
import { envelopeHash, signEnvelope } from "@overt/shared/crypto/envelope.ts";
import { type Sealed, sealLevel } from "@overt/shared/crypto/seal.ts";
import { PolicyError } from "@overt/shared/errors.ts";
import { LeafType } from "@overt/shared/log/leaf.ts";
import { payloadTypes } from "@overt/shared/protocol/payload-types.ts";
import type { Decision, Outcome, ReasonCode } from "@overt/shared/protocol/review.ts";
import type { Actor } from "./actor.ts";
import { recordAudit } from "./audit.ts";
import { authorise } from "./authorise.ts";
import { leaseLost, requireLease } from "./claim.ts";
import type { Alert } from "./console-records.ts";
import type { ConsoleStore } from "./console-store.ts";
import type { EvidenceDeps } from "./open-evidence.ts";
import { requireStatementsRead } from "./open-statement.ts";

export interface DecisionRequest {
  readonly alertId: number;
  readonly leaseId: string;
  readonly outcome: Outcome;
  readonly reasonCode: ReasonCode;
  /** Shown to the person; empty for nothing. */
  readonly told: string;
  /** Stays in the console. */
  readonly privateNote: string;
}

/** Grave outcomes are evidence only with the reviewer's own passkey over them; a session cannot give them. */
export const passkeyOutcomes: readonly Outcome[] = ["possible-breach", "out-of-scope"];

/**
 * Decides an alert for all its events: signed decision, note, audit row and outbox in one transaction, fenced by the
 * lease. Codes: NOT_FOUND, LEASE_LOST, STATEMENT_NOT_READ, PASSKEY_REQUIRED; the claim stays where one is thrown.
 */
export async function decideAlert(deps: EvidenceDeps, actor: Actor, request: DecisionRequest): Promise<string> {
  authorise(actor, "alert.decide");
  const alert = await requireLease(deps.store, actor, request.alertId, request.leaseId, deps.now());
  await requireStatementsRead(deps.store, actor, alert.alertId);
  if (passkeyOutcomes.includes(request.outcome)) {
    throw new PolicyError(
      "PASSKEY_REQUIRED",
      "This outcome must be signed with a passkey, which this console does not offer yet.",
    );
  }
  const told = request.told === "" ? undefined : await sealTold(deps, alert, request.told);
  return deps.store.transaction(async (tx) => {
    await requireStatementsRead(tx, actor, alert.alertId);
    const fence = { alertId: alert.alertId, leaseId: request.leaseId, now: deps.now() };
    if (!(await tx.decisions.close(fence))) throw leaseLost();
    const decision = await makeDecision(deps, tx, actor, alert, request, told);
    await saveDecision(deps, tx, actor, alert, request, decision, told);
    await tx.claims.deleteDrafts(alert.alertId);
    await recordAudit(tx, deps, actor, {
      operation: "alteration",
      object: "decision",
      objectId: `${alert.alertId}/${decision.decisionId}`,
    });
    return decision.decisionId;
  });
}

async function sealTold(deps: EvidenceDeps, alert: Alert, text: string): Promise<Sealed> {
  const device = await deps.ingest.findDevice(alert.deviceId);
  if (device === undefined) throw new PolicyError("NOT_FOUND", "The device of this alert is no longer known.");
  const plaintext = canonicalBytes({ v: 1, text });
  return sealLevel({ plaintext, recipients: [parseHex(device.boxKey)], random: deps.random });
}

async function makeDecision(
  deps: EvidenceDeps,
  store: ConsoleStore,
  actor: Actor,
  alert: Alert,
  request: DecisionRequest,
  told: Sealed | undefined,
): Promise<Decision> {
  const events = await store.alerts.listEvents(alert.alertId);
  const earlier = (await store.decisions.list(alert.alertId)).at(-1);
  if (earlier !== undefined) authorise(actor, "decision.override", { decidedBy: earlier.reviewerId });
  return {
    v: 1,
    decisionId: toHex(deps.random(16)),
    about: events.map((event) => event.eventHash),
    outcome: request.outcome,
    reasonCode: request.reasonCode,
    role: actor.role,
    ...(told === undefined ? {} : { told: { commitment: told.commitment, ciphertextSha256: told.ciphertextSha256 } }),
    ...(earlier === undefined ? {} : { overrideOf: earlier.decisionId }),
    attested: "session",
    at: deps.now(),
    salt: toHex(deps.random(16)),
  };
}

async function saveDecision(
  deps: EvidenceDeps,
  store: ConsoleStore,
  actor: Actor,
  alert: Alert,
  request: DecisionRequest,
  decision: Decision,
  told: Sealed | undefined,
): Promise<void> {
  const envelope = signEnvelope(payloadTypes.decision, decision, [deps.signingKey]);
  const decisionHash = envelopeHash(envelope);
  const { decisionId, outcome, reasonCode, role, attested, at, overrideOf, about } = decision;
  const { told: words, privateNote } = request;
  await store.decisions.insert({
    ...{ decisionId, alertId: alert.alertId, decisionHash, outcome, reasonCode, reviewerId: actor.reviewerId, role },
    ...{ attested, at, overrideOf, events: about.length, told: words, privateNote, envelope },
  });
  const toldBlob = told === undefined ? {} : { toldBlob: toBase64(told.blob) };
  const item = { kind: "decision", decision: envelope, ...toldBlob } as const;
  await store.outbox.add([
    { leafType: LeafType.decision, hash: decisionHash, reply: { deviceId: alert.deviceId, item } },
  ]);
}
