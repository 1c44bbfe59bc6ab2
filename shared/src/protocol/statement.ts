import { z } from "zod";
import { EvidenceReference } from "./event.ts";
import { Count, Hash, Id, Salt, Seconds, Sequence } from "./fields.ts";

/** The person's own words: their hash is in the chain, the text is sealed like evidence (level 1 slot, one blob). */
export const Statement = z.strictObject({
  v: z.literal(1),
  deviceId: Id,
  seq: Sequence,
  prev: Hash,
  at: Seconds,
  elapsedSeconds: Count,
  bootId: Id,
  orderHash: Hash,
  kind: z.enum(["explain", "dispute", "not-me", "complaint"]),
  /** H of the event it speaks to. */
  about: Hash.optional(),
  text: EvidenceReference,
  salt: Salt,
});
export type Statement = z.infer<typeof Statement>;
