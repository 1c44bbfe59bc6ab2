import { toHex } from "@overt/shared/bytes.ts";
import { PolicyError } from "@overt/shared/errors.ts";
import type { Actor } from "./actor.ts";
import { recordAudit } from "./audit.ts";
import { authorise, mayDo } from "./authorise.ts";
import type { Alert, Claim } from "./console-records.ts";
import type { ConsoleStore } from "./console-store.ts";

export interface ReviewDeps {
  readonly store: ConsoleStore;
  readonly now: () => number;
  readonly random: (n: number) => Uint8Array;
}

export const leaseSeconds = 600;
export const leaseWarningSeconds = 120;
export const claimsPerReviewer = 3;

/**
 * Leases an alert to the reviewer for ten minutes. Codes: NOT_FOUND, ALREADY_DECIDED, ALREADY_CLAIMED (the message says
 * since when), CLAIM_LIMIT. Claiming again what one holds gives a new lease: the tab that was open before loses it.
 */
export async function claimAlert(deps: ReviewDeps, actor: Actor, alertId: number): Promise<Claim> {
  const scope = authorise(actor, "alert.claim");
  return deps.store.transaction(async (tx) => {
    const now = deps.now();
    const claim = { reviewerId: actor.reviewerId, leaseId: toHex(deps.random(16)), until: now + leaseSeconds };
    const alert = await tx.alerts.findAlert(alertId, scope);
    if (alert === undefined) throw notFound();
    if (alert.state === "decided") await requireOverride(tx, actor, alertId);
    const taken = await tx.claims.take({ alertId, state: alert.state, scope, now, most: claimsPerReviewer, ...claim });
    if (!taken) throw await explainRefusal(tx, actor, alert, now);
    await recordAudit(tx, deps, actor, { operation: "alteration", object: "claim", objectId: String(alertId) });
    return claim;
  });
}

/** Claims what is due first among the free alerts; undefined where nothing waits. */
export async function claimNext(deps: ReviewDeps, actor: Actor): Promise<number | undefined> {
  const scope = authorise(actor, "alert.claim");
  return deps.store.transaction(async (tx) => {
    const alertId = await tx.claims.findNextFree(scope, deps.now());
    if (alertId !== undefined) await claimAlert({ ...deps, store: tx }, actor, alertId);
    return alertId;
  });
}

/** Pushes the end of a held lease to ten minutes from now; throws LEASE_LOST. */
export async function extendLease(deps: ReviewDeps, actor: Actor, alertId: number, leaseId: string): Promise<number> {
  const alert = await requireLease(deps.store, actor, alertId, leaseId, deps.now());
  const now = deps.now();
  const until = now + leaseSeconds;
  if (!(await deps.store.claims.extend({ alertId: alert.alertId, leaseId, now, until }))) throw leaseLost();
  return until;
}

/** Gives the alert back at once; its draft stays. A lease that has gone already is no error. */
export async function releaseLease(deps: ReviewDeps, actor: Actor, alertId: number, leaseId: string): Promise<void> {
  authorise(actor, "alert.claim");
  await deps.store.transaction(async (tx) => {
    if (!(await tx.claims.release({ alertId, leaseId }))) return;
    await recordAudit(tx, deps, actor, { operation: "alteration", object: "claim", objectId: String(alertId) });
  });
}

/** The alert, where the reviewer holds it with this very lease; throws NOT_FOUND or LEASE_LOST. */
export async function requireLease(
  store: ConsoleStore,
  actor: Actor,
  alertId: number,
  leaseId: string,
  now: number,
): Promise<Alert> {
  const alert = await store.alerts.findAlert(alertId, authorise(actor, "alert.read"));
  if (alert === undefined) throw notFound();
  const { claim } = alert;
  const held = claim?.leaseId === leaseId && claim.reviewerId === actor.reviewerId && claim.until > now;
  if (!held) throw leaseLost();
  return alert;
}

export function notFound(): PolicyError {
  return new PolicyError("NOT_FOUND", "There is nothing here for you.");
}

export function leaseLost(): PolicyError {
  return new PolicyError(
    "LEASE_LOST",
    "Your claim on this alert has ended. Your draft is kept: claim the alert again to carry on.",
  );
}

/** A decided alert is claimed only to replace its decision, by somebody else whose role allows it. */
async function requireOverride(store: ConsoleStore, actor: Actor, alertId: number): Promise<void> {
  const latest = (await store.decisions.list(alertId)).at(-1);
  if (latest === undefined || mayDo(actor, "decision.override", { decidedBy: latest.reviewerId })) return;
  throw new PolicyError("ALREADY_DECIDED", "This alert has been decided already.");
}

async function explainRefusal(store: ConsoleStore, actor: Actor, alert: Alert, now: number): Promise<PolicyError> {
  const { claim } = alert;
  if (claim !== undefined && claim.until > now && claim.reviewerId !== actor.reviewerId) {
    const seconds = Math.max(0, now - (claim.until - leaseSeconds));
    return new PolicyError("ALREADY_CLAIMED", `Somebody else took this alert ${seconds} s ago. Take the next one?`);
  }
  const held = await store.claims.countHeld(actor.reviewerId, now);
  return new PolicyError("CLAIM_LIMIT", `You hold ${held} alerts. Decide or give back one before you claim another.`);
}
