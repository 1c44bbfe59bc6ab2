import { z } from "zod";
import { limits } from "../limits.ts";

/** Plaintexts inside a seal: canonical JSON. They exist on the device until sealed, and where a recipient opens them. */
export const EvidenceLevel1 = z.strictObject({
  v: z.literal(1),
  level: z.literal(1),
  host: z.string().max(253),
  maskedTerm: z.string().max(400),
});
export type EvidenceLevel1 = z.infer<typeof EvidenceLevel1>;

export const EvidenceLevel2 = z.strictObject({
  v: z.literal(1),
  level: z.literal(2),
  url: z.string().max(4_096),
  title: z.string().max(1_024),
  /** The matched words with up to five words either side. */
  context: z.string().max(2_000),
});
export type EvidenceLevel2 = z.infer<typeof EvidenceLevel2>;

export const SealedStatement = z.strictObject({
  v: z.literal(1),
  text: z.string().min(1).max(limits.statementCharacters),
});
export type SealedStatement = z.infer<typeof SealedStatement>;

/** What the person is told of a decision: sealed to the device's own box key. */
export const SealedTold = z.strictObject({
  v: z.literal(1),
  text: z.string().min(1).max(limits.toldCharacters),
});
export type SealedTold = z.infer<typeof SealedTold>;
