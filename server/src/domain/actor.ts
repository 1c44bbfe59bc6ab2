import type { reviewerRoles } from "@overt/shared/protocol/roster.ts";

export type Role = (typeof reviewerRoles)[number];

/** Who acts: read from the roster at each request, so that a removed reviewer is out at once. */
export interface Actor {
  readonly reviewerId: string;
  readonly role: Role;
  readonly group: string;
}

/** The condition every query on case data carries: one reviewer group, never a page's own filter. */
export interface CaseScope {
  readonly group: string;
}

/** Whose audit entries may be read. */
export type AuditScope = { readonly kind: "all" } | { readonly kind: "own"; readonly reviewerId: string };
