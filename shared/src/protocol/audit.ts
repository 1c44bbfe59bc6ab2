import { z } from "zod";
import { Hash, Salt, Seconds, Sequence, Slug } from "./fields.ts";
import { reviewerRoles } from "./roster.ts";

/** The six operations of section 62 of the Data Protection Act 2018. */
export const auditOperations = [
  "collection",
  "alteration",
  "consultation",
  "disclosure",
  "combination",
  "erasure",
] as const;

export const auditObjects = [
  "queue",
  "alert",
  "evidence",
  "statement",
  "claim",
  "draft",
  "decision",
  "devices",
  "device",
  "audit",
  "session",
] as const;

/** One entry of the console's audit chain; only its hash leaves the console, as a leaf of the log. */
export const AuditEntry = z.strictObject({
  v: z.literal(1),
  seq: Sequence,
  /** H of the entry before; the first has 64 zeros. */
  prev: Hash,
  at: Seconds,
  /** The agency's pseudonym of the person who acted. */
  actor: Slug,
  role: z.enum(reviewerRoles),
  operation: z.enum(auditOperations),
  object: z.enum(auditObjects),
  /** SHA-256 of `<object>:<its id in the console>`. */
  objectHash: Hash,
  salt: Salt,
});
export type AuditEntry = z.infer<typeof AuditEntry>;
