import { Envelope } from "@overt/shared/crypto/envelope.ts";
import { Acknowledgement, EnrolmentPack } from "@overt/shared/protocol/enrolment.ts";
import { Hash, Id, Seconds, Slug } from "@overt/shared/protocol/fields.ts";
import { z } from "zod";

const Issuer = z.strictObject({ agency: Slug, name: z.string().min(1).max(200), practice: z.boolean() });

/** The person's answer as the pages hand it over. */
export const Answer = Acknowledgement.pick({
  outcome: true,
  language: true,
  copyGiven: true,
  screens: true,
  noticeSha256: true,
});
export type Answer = z.infer<typeof Answer>;

/** Where the enrolment stands; written before each step goes out, so that a crash anywhere goes on from there. */
export const EnrolmentState = z.discriminatedUnion("step", [
  /** The pack was verified; the person reads. */
  z.strictObject({ v: z.literal(1), step: z.literal("read"), pack: EnrolmentPack, issuer: Issuer }),
  /** The person has answered; the exchange with the officer runs. */
  z.strictObject({
    v: z.literal(1),
    step: z.literal("exchange"),
    pack: EnrolmentPack,
    issuer: Issuer,
    answer: Answer,
    /** The number behind the commitment. */
    n: Hash,
    /** Signed by the device, once the officer's challenge was there. */
    acknowledgement: Envelope.optional(),
  }),
  /** Countersigned. With outcome `declined` the agent never starts. */
  z.strictObject({
    v: z.literal(1),
    step: z.literal("done"),
    pack: EnrolmentPack,
    issuer: Issuer,
    outcome: z.enum(["acknowledged", "declined"]),
    acknowledgement: Envelope,
    ackHash: Hash,
    deviceId: Id,
    /** The time the officer put a signature to: the first anchor of trusted time. */
    attestedAt: Seconds,
    /** The server has taken it. */
    delivered: z.boolean(),
    /** A journal was opened for it before. */
    started: z.boolean(),
  }),
  /** The end, whatever its reason. Keys are gone or kept until a vouched time confirms it. */
  z.strictObject({
    v: z.literal(1),
    step: z.literal("ended"),
    reason: z.enum(["order-ended", "order-revoked", "removed", "stopped-by-person", "declined"]),
    at: Seconds,
    deviceId: Id.optional(),
  }),
]);
export type EnrolmentState = z.infer<typeof EnrolmentState>;
export type DoneState = Extract<EnrolmentState, { step: "done" }>;
export type ExchangeState = Extract<EnrolmentState, { step: "exchange" }>;

export const enrolmentDocument = "enrolment";
