import { z } from "zod";
import { limits } from "../limits.ts";
import { categorySchema, signals } from "../rules/signals.ts";
import { CaseRef, Hash, Id, Language, PublicKey, Salt, Seconds, Slug, text, Version } from "./fields.ts";

const TimeOfDay = z.string().regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/);

/** Hours of the week in the order's own time zone; `to` at or before `from` runs past midnight. Days are ISO: 1 is Monday. */
export const Hours = z.strictObject({
  days: z.array(z.number().int().min(1).max(7)).min(1).max(7),
  from: TimeOfDay,
  to: TimeOfDay,
});
export type Hours = z.infer<typeof Hours>;

/** One term of the order: the court's words, and what they allow the agent to look at. */
export const Clause = z.strictObject({
  clauseId: Slug,
  text: text(limits.clauseText),
  signals: z.array(z.enum(signals)).min(1).max(signals.length),
  categories: z.array(categorySchema).min(1).max(64),
  /** 0: no evidence leaves the device; 1: host and masked term; 2: URL, title and the words around the term. */
  maxEvidence: z.number().int().min(0).max(2),
  hours: z.array(Hours).min(1).max(14).optional(),
  /** Names the separate authority that the `messages` signal needs. */
  authorityRef: Slug.optional(),
});
export type Clause = z.infer<typeof Clause>;

/** The court's order in the form the agent enforces: t of n order signers. */
export const Order = z
  .strictObject({
    v: z.literal(1),
    orderId: Id,
    caseRef: CaseRef,
    agency: Slug,
    jurisdiction: z.enum(["england-and-wales", "scotland", "northern-ireland", "us-federal", "us-state", "other"]),
    version: Version,
    /** H of the version before; absent in version 1. */
    prev: Hash.optional(),
    issuedAt: Seconds,
    notBefore: Seconds,
    notAfter: Seconds,
    clauses: z.array(Clause).min(1).max(limits.clauses),
    timeZone: z.string().regex(/^[A-Za-z_]+(\/[A-Za-z0-9_+-]+){0,2}$/),
    protectedHosts: z.strictObject({
      lists: z.array(Slug).max(32),
      hosts: z.array(z.string().regex(/^[a-z0-9.-]{1,253}$/)).max(limits.protectedHosts),
    }),
    heartbeatSeconds: z.number().int().min(60).max(86_400),
    offlineGraceSeconds: z.number().int().min(3_600).max(limits.offlineGraceSeconds),
    reviewerGroup: Slug,
    notices: z
      .array(z.strictObject({ language: Language, sha256: Hash }))
      .min(1)
      .max(8),
    /** Whom the person asks: shown to the person, never sent by the agent. */
    contact: z.strictObject({ office: text(200), telephone: text(40), hours: text(100) }),
    listKeys: z
      .array(z.strictObject({ list: Slug, key: Hash }))
      .max(32)
      .optional(),
    salt: Salt,
  })
  .refine((order) => order.notBefore < order.notAfter, "notBefore must be before notAfter")
  .refine((order) => order.notAfter - order.notBefore <= limits.orderDays * 86_400, "the order is too long")
  .refine((order) => (order.version === 1) === (order.prev === undefined), "prev goes with every version but the first")
  .refine((order) => new Set(order.clauses.map((c) => c.clauseId)).size === order.clauses.length, "clause ids repeat")
  .refine(
    (order) => order.clauses.every((c) => !c.signals.includes("messages") || c.authorityRef !== undefined),
    "a clause on messages needs its own authorityRef",
  );
export type Order = z.infer<typeof Order>;

/** A short-lived confirmation that the order still stands: one status signer. */
export const OrderStatus = z.strictObject({
  v: z.literal(1),
  orderId: Id,
  version: Version,
  state: z.enum(["in-force", "varied", "revoked"]),
  issuedAt: Seconds,
  confirmedUntil: Seconds,
  salt: Salt,
});
export type OrderStatus = z.infer<typeof OrderStatus>;

/** How the reviewers' and other keys of an agency name a public key. */
export const NamedKey = z.strictObject({ keyId: Hash, publicKey: PublicKey, from: Seconds, until: Seconds });
export type NamedKey = z.infer<typeof NamedKey>;
