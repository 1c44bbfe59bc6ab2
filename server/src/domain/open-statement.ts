import { PolicyError } from "@overt/shared/errors.ts";
import type { Actor } from "./actor.ts";
import { recordAudit } from "./audit.ts";
import { authorise } from "./authorise.ts";
import { notFound, requireLease } from "./claim.ts";
import type { StatementState, StoredStatement } from "./console-records.ts";
import type { ConsoleStore } from "./console-store.ts";
import { type EvidenceDeps, type Released, recordView, requireBlob } from "./open-evidence.ts";

export interface StatementRequest {
  readonly alertId: number;
  readonly leaseId: string;
  readonly statementHash: string;
}

/** A statement whose words never arrive blocks a decision this long. */
export const missingAfterSeconds = 86_400;

/**
 * Releases the sealed words of a statement, logged like evidence as level 0. Where the device has not sent them within a
 * day that is recorded and answered as `missing`; before that NOT_FOUND. Other codes as for evidence.
 */
export async function openStatement(
  deps: EvidenceDeps,
  actor: Actor,
  request: StatementRequest,
): Promise<Released | "missing"> {
  authorise(actor, "evidence.open");
  const { statementHash } = request;
  const alert = await requireLease(deps.store, actor, request.alertId, request.leaseId, deps.now());
  const statement = await requireStatement(deps.store, request);
  const blob = await requireBlob(deps.ingest, statement.text).catch((error: unknown) => {
    const late = deps.now() - statement.receivedAt > missingAfterSeconds;
    if (late && error instanceof PolicyError && error.code === "NOT_FOUND") return undefined;
    throw error;
  });
  return deps.store.transaction(async (tx) => {
    await requireLease(tx, actor, request.alertId, request.leaseId, deps.now());
    const state = blob === undefined ? "missing" : "released";
    const known = (await tx.evidence.listStatementStates(alert.alertId, actor.reviewerId)).get(statementHash);
    if (known === undefined || known === "released") {
      await tx.evidence.setStatementState(statementHash, actor.reviewerId, state, deps.now());
    }
    await recordAudit(tx, deps, actor, { operation: "consultation", object: "statement", objectId: statementHash });
    if (blob === undefined) return "missing";
    const viewedAt = await recordView({ ...deps, store: tx }, actor, alert, { about: statementHash, level: 0 });
    return { ciphertext: blob, reference: statement.text, viewedAt };
  });
}

/** The reviewer's browser says how the opening went: read, or sealed so that no reviewer could read it. */
export async function confirmStatement(
  deps: EvidenceDeps,
  actor: Actor,
  request: StatementRequest & { readonly result: "read" | "unreadable" },
): Promise<void> {
  const alert = await requireLease(deps.store, actor, request.alertId, request.leaseId, deps.now());
  await requireStatement(deps.store, request);
  await deps.store.transaction(async (tx) => {
    const states = await tx.evidence.listStatementStates(alert.alertId, actor.reviewerId);
    if (states.get(request.statementHash) !== "released") return;
    await tx.evidence.setStatementState(request.statementHash, actor.reviewerId, request.result, deps.now());
  });
}

/** Throws STATEMENT_NOT_READ while the reviewer has a statement on this alert still to read. */
export async function requireStatementsRead(store: ConsoleStore, actor: Actor, alertId: number): Promise<void> {
  const statements = await store.alerts.listStatements(alertId);
  const states = await store.evidence.listStatementStates(alertId, actor.reviewerId);
  if (statements.every((each) => isAttended(states.get(each.statementHash)))) return;
  throw new PolicyError("STATEMENT_NOT_READ", "Read what the person says about this alert before you decide.");
}

export function isAttended(state: StatementState | undefined): boolean {
  return state !== undefined && state !== "released";
}

async function requireStatement(store: ConsoleStore, request: StatementRequest): Promise<StoredStatement> {
  const statements = await store.alerts.listStatements(request.alertId);
  const found = statements.find((each) => each.statementHash === request.statementHash);
  if (found === undefined) throw notFound();
  return found;
}
