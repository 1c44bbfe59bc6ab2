import { z } from "zod";
import { PublicKey, Seconds, Slug } from "./fields.ts";
import { reviewerRoles } from "./roster.ts";

/** What a key is for. A key file of one role is refused where another role is asked for. */
export const signingRoles = [
  "root",
  "targets",
  "snapshot",
  "timestamp",
  "order-signer",
  "status-signer",
  "officer",
  "server-receipt",
  "server-log",
  "server-console",
] as const;
export const boxRoles = ["reviewer", "recovery"] as const;
/** `server-session` is a plain secret: it protects the console's cookie, and no key pair is made of it. */
export const keyRoles = [...signingRoles, ...boxRoles, "server-session"] as const;
export type KeyRole = (typeof keyRoles)[number];

const description = {
  v: z.literal(1),
  role: z.enum(keyRoles),
  /** The agency's pseudonym for the holder, such as an officerId; never a person's name. */
  name: Slug,
  /** Ed25519 or X25519 by role; absent for a plain secret. */
  publicKey: PublicKey.optional(),
  createdAt: Seconds,
  /** Reviewers only: the group whose evidence they open, and their role in it. */
  reviewer: z.strictObject({ group: Slug, role: z.enum(reviewerRoles) }).optional(),
};

/** What the holder hands to whoever draws up the rosters. */
export const PublicKeyFile = z.strictObject(description);
export type PublicKeyFile = z.infer<typeof PublicKeyFile>;

/** A seed under a passphrase: scrypt (RFC 7914) makes the key of a secretbox. Bytes in hex. */
export const SealedSeed = z.strictObject({
  kdf: z.literal("scrypt"),
  /** Cost 2^logN; the upper bound keeps a hostile file from taking all memory. */
  logN: z.number().int().min(15).max(18),
  r: z.literal(8),
  p: z.literal(1),
  salt: z.string().regex(/^[0-9a-f]{32}$/),
  nonce: z.string().regex(/^[0-9a-f]{48}$/),
  box: z.string().regex(/^[0-9a-f]{96}$/),
});
export type SealedSeed = z.infer<typeof SealedSeed>;

/** A secret key on its holder's own medium, mode 0600: the seed in the clear, or sealed under a passphrase. */
export const KeyFile = z
  .strictObject({
    ...description,
    seed: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional(),
    sealed: SealedSeed.optional(),
  })
  .refine((file) => (file.seed === undefined) !== (file.sealed === undefined), "exactly one of seed and sealed");
export type KeyFile = z.infer<typeof KeyFile>;
