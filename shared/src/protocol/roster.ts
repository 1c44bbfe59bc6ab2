import { z } from "zod";
import { Hash, PublicKey, Seconds, Slug } from "./fields.ts";

/** The TUF targets that name keys. Payloads are canonical JSON; TUF's signatures are theirs. */

const period = { from: Seconds, until: Seconds };
const SigningKeyEntry = z.strictObject({ publicKey: PublicKey, ...period });

/** `keys/order-signers.json` */
export const OrderSigners = z
  .strictObject({
    v: z.literal(1),
    threshold: z.number().int().min(1).max(16),
    signers: z
      .array(z.strictObject({ publicKey: PublicKey, mayConfirmStatus: z.boolean(), ...period }))
      .min(1)
      .max(64),
  })
  .refine((roster) => roster.threshold <= roster.signers.length, "the threshold exceeds the number of signers");
export type OrderSigners = z.infer<typeof OrderSigners>;

/** `keys/officers.json`; officerId is the agency's pseudonym. */
export const Officers = z.strictObject({
  v: z.literal(1),
  officers: z
    .array(z.strictObject({ officerId: Slug, publicKey: PublicKey, ...period }))
    .min(1)
    .max(5_000),
});
export type Officers = z.infer<typeof Officers>;

/** `keys/servers.json` */
export const Servers = z.strictObject({
  v: z.literal(1),
  /** The origin line of the log's checkpoints. */
  logOrigin: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,100}(\/[a-z0-9.-]{1,60}){0,4}$/),
  receiptKeys: z.array(SigningKeyEntry).min(1).max(16),
  logKeys: z.array(SigningKeyEntry).min(1).max(16),
  /** The console signs views and decisions with these; they prove no more than that the console recorded them. */
  consoleKeys: z.array(SigningKeyEntry).min(1).max(16),
});
export type Servers = z.infer<typeof Servers>;

export const reviewerRoles = ["reviewer", "senior-reviewer", "officer", "supervisor", "auditor"] as const;

/** `keys/reviewers.json`: box keys that evidence is sealed to, and the passkeys that decisions are checked against. */
export const Reviewers = z.strictObject({
  v: z.literal(1),
  reviewers: z
    .array(
      z.strictObject({
        reviewerId: Slug,
        group: Slug,
        role: z.enum(reviewerRoles),
        boxKey: PublicKey,
        passkeys: z
          .array(
            z.strictObject({
              credentialId: z.string().regex(/^[A-Za-z0-9_-]{16,344}$/),
              /** COSE key, base64url. */
              publicKey: z.string().regex(/^[A-Za-z0-9_-]{32,1024}$/),
              ...period,
            }),
          )
          .max(8),
        ...period,
      }),
    )
    .min(1)
    .max(60),
  /** The agency's offline recovery key: every seal includes it. */
  recoveryBoxKey: PublicKey,
});
export type Reviewers = z.infer<typeof Reviewers>;

/** `software.json`: release hashes the agent states in its acknowledgement. */
export const Software = z.strictObject({
  v: z.literal(1),
  releases: z
    .array(z.strictObject({ version: z.string().regex(/^[0-9]+\.[0-9]+\.[0-9]+$/), buildSha256: Hash }))
    .max(1_000),
});
export type Software = z.infer<typeof Software>;

export const targetNames = {
  orderSigners: "keys/order-signers.json",
  officers: "keys/officers.json",
  servers: "keys/servers.json",
  reviewers: "keys/reviewers.json",
  software: "software.json",
} as const;
