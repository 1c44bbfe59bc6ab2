import { z } from "zod";
import { Envelope } from "../crypto/envelope.ts";
import { CaseRef, Hash, Id, Language, PublicKey, Salt, Seconds, Slug } from "./fields.ts";

/** Signed by an officer; brought as a file or fetched by its typed code. Lives at most 72 hours. */
export const EnrolmentToken = z
  .strictObject({
    v: z.literal(1),
    tokenId: Id,
    caseRef: CaseRef,
    orderHash: Hash,
    serverUrl: z.string().regex(/^https?:\/\/[a-z0-9.[\]:-]{1,253}$/),
    tufRootSha256: Hash,
    officerId: Slug,
    notBefore: Seconds,
    notAfter: Seconds,
  })
  .refine(
    (token) => token.notBefore < token.notAfter && token.notAfter - token.notBefore <= 72 * 3_600,
    "at most 72 hours",
  );
export type EnrolmentToken = z.infer<typeof EnrolmentToken>;

/** What the officer carries: the token and the documents it points to. Every envelope is verified by the agent. */
export const EnrolmentPack = z.strictObject({
  v: z.literal(1),
  token: Envelope,
  order: Envelope,
  orderStatus: Envelope,
});
export type EnrolmentPack = z.infer<typeof EnrolmentPack>;

export const Acknowledgement = z.strictObject({
  v: z.literal(1),
  tokenHash: Hash,
  caseRef: CaseRef,
  deviceKey: PublicKey,
  deviceBoxKey: PublicKey,
  orderHash: Hash,
  prevAck: Hash.optional(),
  /** Salted hash of the covered OS account: it names nobody. */
  account: Hash,
  noticeSha256: Hash,
  language: Language,
  screens: z
    .array(z.strictObject({ id: Slug, sha256: Hash, seconds: z.number().int().min(0).max(86_400) }))
    .min(1)
    .max(32),
  outcome: z.enum(["acknowledged", "declined"]),
  copyGiven: z.boolean(),
  agentVersion: z.string().regex(/^[0-9]+\.[0-9]+\.[0-9]+$/),
  buildSha256: Hash,
  os: z.enum(["linux", "windows", "macos"]),
  keyStorage: z.enum(["os-protected", "software-unprotected"]),
  at: Seconds,
  /** The eight digits both screens show (comparison.ts). */
  code: z.string().regex(/^[0-9]{8}$/),
  salt: Salt,
});
export type Acknowledgement = z.infer<typeof Acknowledgement>;

/** The four messages of the exchange between device and officer, in order; each is written once. */
export const exchangeSteps = ["commitment", "challenge", "reveal", "countersigned"] as const;
export type ExchangeStep = (typeof exchangeSteps)[number];

export const Commitment = z.strictObject({ v: z.literal(1), tokenHash: Hash, commitment: Hash });
export type Commitment = z.infer<typeof Commitment>;

/** Signed by the officer (payload type `enrolment-challenge`), drawn only after the commitment was seen. */
export const Challenge = z.strictObject({ v: z.literal(1), tokenHash: Hash, commitment: Hash, nonce: Id, at: Seconds });
export type Challenge = z.infer<typeof Challenge>;

/** The acknowledgement envelope signed by the device, and the number the commitment hid. */
export const Reveal = z.strictObject({ v: z.literal(1), acknowledgement: Envelope, n: Hash });
export type Reveal = z.infer<typeof Reveal>;

export const Countersigned = z.strictObject({ v: z.literal(1), acknowledgement: Envelope, at: Seconds });
export type Countersigned = z.infer<typeof Countersigned>;

/** POST /v1/enrolments: all that the server needs to check an enrolment alone. */
export const EnrolmentRequest = z.strictObject({
  v: z.literal(1),
  token: Envelope,
  order: Envelope,
  orderStatus: Envelope,
  acknowledgement: Envelope,
});
export type EnrolmentRequest = z.infer<typeof EnrolmentRequest>;
export const EnrolmentAnswer = z.strictObject({ v: z.literal(1), deviceId: Id });
export type EnrolmentAnswer = z.infer<typeof EnrolmentAnswer>;
