import { z } from "zod";
import { Hash, Id, Salt, Seconds } from "./fields.ts";
import { reviewerRoles } from "./roster.ts";

export const outcomes = [
  "possible-breach",
  "match-but-permitted",
  "false-match",
  "out-of-scope",
  "not-this-person",
  "cannot-tell",
] as const;
export type Outcome = (typeof outcomes)[number];

export const reasonCodes = [
  "clause-covers-it",
  "clause-does-not-cover-it",
  "not-clearly-covered",
  "allowed-by-officer",
  "work-or-education",
  "another-meaning",
  "wrong-page",
  "background-or-redirect",
  "another-user",
  "too-little-shown",
  "technical-fault",
] as const;
export type ReasonCode = (typeof reasonCodes)[number];

/** Somebody opened one level of evidence, or a statement (level 0). The person sees role and level. */
export const View = z.strictObject({
  v: z.literal(1),
  about: Hash,
  role: z.enum(reviewerRoles),
  level: z.number().int().min(0).max(2),
  at: Seconds,
  salt: Salt,
});
export type View = z.infer<typeof View>;

/** A named human's decision on one alert (or group); `told` is the hash of the sealed words for the person. */
export const Decision = z.strictObject({
  v: z.literal(1),
  decisionId: Id,
  about: z.array(Hash).min(1).max(500),
  outcome: z.enum(outcomes),
  reasonCode: z.enum(reasonCodes),
  role: z.enum(reviewerRoles),
  told: z.strictObject({ commitment: Hash, ciphertextSha256: Hash }).optional(),
  overrideOf: Id.optional(),
  attested: z.enum(["session", "passkey"]),
  at: Seconds,
  salt: Salt,
});
export type Decision = z.infer<typeof Decision>;

/** A second person's approval, checked against keys/reviewers.json by its passkey assertion. */
export const Approval = z.strictObject({
  v: z.literal(1),
  action: z.enum([
    "possible-breach",
    "court-bundle",
    "rule-release",
    "order-extension",
    "restore-content",
    "off-caseload",
    "re-wrap",
  ]),
  objectHash: Hash,
  role: z.enum(reviewerRoles),
  reasonCode: z.enum(reasonCodes),
  at: Seconds,
  nonce: Id,
  salt: Salt,
});
export type Approval = z.infer<typeof Approval>;
