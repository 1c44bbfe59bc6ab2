import { concatBytes, parseHex } from "../bytes.ts";
import { VerificationError } from "../errors.ts";

/** First byte of a leaf: what kind of document was logged. Numbers are for ever; new kinds take new numbers. */
export const LeafType = {
  order: 1,
  "order-status": 2,
  acknowledgement: 3,
  "device-status": 4,
  event: 5,
  statement: 6,
  view: 7,
  decision: 8,
  approval: 9,
  "targets-version": 10,
  audit: 11,
  "refused-event": 12,
  fork: 13,
} as const;
export type LeafType = (typeof LeafType)[keyof typeof LeafType];

/** 33 bytes: the type ‖ H(document). A log of these tells counts and times only. Throws BAD_ENCODING for another hash. */
export function leafData(type: LeafType, hashHex: string): Uint8Array {
  const hash = parseHex(hashHex);
  if (hash.length !== 32) throw new VerificationError("BAD_ENCODING", "A leaf holds a hash of 32 bytes.");
  return concatBytes(Uint8Array.of(type), hash);
}
