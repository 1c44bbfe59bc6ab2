import { z } from "zod";

/** The field kinds that every document is made of. None of them is a free string. */

/** 16 random bytes in hex. */
export const Id = z.string().regex(/^[0-9a-f]{32}$/);
/** SHA-256 in hex. */
export const Hash = z.string().regex(/^[0-9a-f]{64}$/);
/** A raw Ed25519 or X25519 public key in hex. */
export const PublicKey = z.string().regex(/^[0-9a-f]{64}$/);
/** 16 random bytes in hex that keep a logged document's hash from being guessed. */
export const Salt = z.string().regex(/^[0-9a-f]{32}$/);
/** Unix seconds. */
export const Seconds = z.number().int().min(0).max(253_402_300_799);
export const Count = z.number().int().min(0).max(1_000_000_000);
export const Sequence = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
export const Version = z.number().int().min(1).max(1_000_000);
/** An identifier chosen by the agency from a closed alphabet: rule, clause, category, role, template. */
export const Slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/);
/** The agency's pseudonym for a case: it names nobody. */
export const CaseRef = z.string().regex(/^[A-Z0-9][A-Z0-9-]{2,31}$/);
/** BCP 47 language of a notice. */
export const Language = z.enum(["en", "cy", "en-x-easy"]);
/** Words written by the agency for the person to read; only in signed documents that never leave as events. */
export const text = (max: number) => z.string().min(1).max(max);
