import { z } from "zod";
import { Envelope } from "../crypto/envelope.ts";
import { errorCodes } from "../errors.ts";
import { limits } from "../limits.ts";
import { Hash, Id, Seconds, Sequence } from "./fields.ts";

/** Bodies of the device API. Documents inside them are envelopes and verified on their own. */

/** POST /v1/events: events and statements of one device, in the order of their seq. */
export const EventsRequest = z.strictObject({
  v: z.literal(1),
  envelopes: z.array(Envelope).min(1).max(limits.eventsPerBatch),
});
export type EventsRequest = z.infer<typeof EventsRequest>;

/** One answer for each envelope: 201 taken, 200 known already, 409 another hash at this seq, 422 refused, 424 behind a broken one. */
export const EventResult = z.strictObject({
  status: z.union([z.literal(200), z.literal(201), z.literal(409), z.literal(422), z.literal(424)]),
  code: z.enum(errorCodes).optional(),
  /** Present with 200 and 201, and with 422 where only the hash was kept. */
  receipt: Envelope.optional(),
});
export type EventResult = z.infer<typeof EventResult>;

export const EventsAnswer = z.strictObject({
  v: z.literal(1),
  results: z.array(EventResult).min(1).max(limits.eventsPerBatch),
  /** The highest seq the server holds for the device, or -1. */
  head: z.number().int().min(-1),
  /** Ciphertexts named by taken events that the server does not hold yet: PUT /v1/blobs/<sha256>. */
  wantedBlobs: z.array(Hash).max(limits.eventsPerBatch * 3),
});
export type EventsAnswer = z.infer<typeof EventsAnswer>;

/**
 * What a device signs for a read or an upload (payload type `request`), sent base64 in the header `overt-request`:
 * single use, within five minutes of the server's time.
 */
export const SignedRequest = z.strictObject({
  v: z.literal(1),
  deviceId: Id,
  method: z.enum(["GET", "PUT", "POST"]),
  /** Path and query exactly as requested. */
  path: z.string().regex(/^\/[!-~]{0,300}$/),
  at: Seconds,
  nonce: Id,
});
export type SignedRequest = z.infer<typeof SignedRequest>;

/** GET /v1/orders/current */
export const CurrentOrder = z.strictObject({ v: z.literal(1), order: Envelope, orderStatus: Envelope });
export type CurrentOrder = z.infer<typeof CurrentOrder>;

/** What became of the device's events: GET /v1/feed?after=<cursor>. Views and decisions are envelopes signed by the console. */
export const FeedItem = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("view"), cursor: Sequence, view: Envelope }),
  z.strictObject({
    kind: z.literal("decision"),
    cursor: Sequence,
    decision: Envelope,
    /** The sealed words for the person, base64; its hash is in the decision. */
    toldBlob: z.string().max(limits.blob).optional(),
  }),
  z.strictObject({ kind: z.literal("tombstone"), cursor: Sequence, about: Hash, at: Seconds }),
]);
export type FeedItem = z.infer<typeof FeedItem>;

export const FeedAnswer = z.strictObject({
  v: z.literal(1),
  items: z.array(FeedItem).max(200),
  /** Ask again with this cursor. */
  next: Sequence,
  /** Attested server time. */
  at: Seconds,
});
export type FeedAnswer = z.infer<typeof FeedAnswer>;

/** RFC 9457 problem. */
export const Problem = z.strictObject({
  type: z.string().max(200),
  title: z.string().max(200),
  status: z.number().int(),
  detail: z.string().max(1_000).optional(),
  code: z.enum(errorCodes),
  errors: z
    .array(z.strictObject({ pointer: z.string().max(300), detail: z.string().max(300) }))
    .max(50)
    .optional(),
});
export type Problem = z.infer<typeof Problem>;
