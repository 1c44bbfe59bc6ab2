import { PolicyError } from "@overt/shared/errors.ts";
import type { Actor, AuditScope, CaseScope, Role } from "./actor.ts";

const reviewing: readonly Role[] = ["reviewer", "senior-reviewer", "supervisor"];

/** Who may do what. Auditors read logs and no content; officers get their caseload with the cases. */
const allowed = {
  "queue.read": reviewing,
  "alert.read": reviewing,
  "alert.claim": reviewing,
  "evidence.open": reviewing,
  "alert.decide": reviewing,
  "decision.override": ["senior-reviewer", "supervisor"],
  "device.read": reviewing,
  "audit.read": ["reviewer", "senior-reviewer", "officer", "supervisor", "auditor"],
} as const satisfies Record<string, readonly Role[]>;

export type Action = keyof typeof allowed;

/** What an action is done to, where the answer depends on it. */
export interface ActionObject {
  /** Who made the decision that is to be replaced. */
  readonly decidedBy?: string;
}

/**
 * The one place that grants: returns the condition that the queries of this action must carry, or throws FORBIDDEN.
 * Group membership is enforced by that condition in SQL, so what is out of scope is simply not found.
 */
export function authorise(actor: Actor, action: Action, object: ActionObject = {}): CaseScope {
  const roles: readonly Role[] = allowed[action];
  if (!roles.includes(actor.role)) throw new ForbiddenError(actor.role, roles);
  if (action === "decision.override" && object.decidedBy === actor.reviewerId) {
    throw new PolicyError("FORBIDDEN", "Someone else must look at your own decision.");
  }
  return { group: actor.group };
}

export function mayDo(actor: Actor, action: Action, object: ActionObject = {}): boolean {
  const roles: readonly Role[] = allowed[action];
  return roles.includes(actor.role) && !(action === "decision.override" && object.decidedBy === actor.reviewerId);
}

/** Supervisors and auditors read all entries, everybody else their own. */
export function auditScope(actor: Actor): AuditScope {
  authorise(actor, "audit.read");
  const all = actor.role === "auditor" || actor.role === "supervisor";
  return all ? { kind: "all" } : { kind: "own", reviewerId: actor.reviewerId };
}

/** Names the role, as the page must. */
export class ForbiddenError extends PolicyError {
  readonly role: Role;
  readonly roles: readonly Role[];
  constructor(role: Role, roles: readonly Role[]) {
    super("FORBIDDEN", `This is not open to the role “${role}”.`);
    this.role = role;
    this.roles = roles;
  }
}
