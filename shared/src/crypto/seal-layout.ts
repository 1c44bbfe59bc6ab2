import { concatBytes, utf8 } from "../bytes.ts";
import { VerificationError } from "../errors.ts";
import { limits } from "../limits.ts";
import { sha256 } from "./hash.ts";
import { type Slot, slotBytes } from "./seal-slot.ts";

/** Sizes in bytes to which a plaintext is padded, so that a blob's length tells next to nothing. */
export const buckets = [1_024, 4_096, 16_384, 65_536, 262_144] as const;

/** What salt and length take of a bucket. */
export const overheadBytes = 36;

const boxTagBytes = 16;
const version = 1;

/**
 * Binary layout of a blob, version 1 (all integers big-endian):
 *
 *     version (1) = 1 | count (1) = 1..64 | slots (count × 88), sorted by their bytes | box (bucket + 16)
 *
 * Box is nacl.secretbox under the content key; its nonce is the first 24 bytes of
 * SHA-256("overt-seal-v1\0" ‖ version ‖ count ‖ slots), so that a changed slot of anybody stops everybody. The key is
 * used once, so a nonce that is not random is safe. Inside:
 *
 *     salt (32) | length (4) | plaintext (length) | zeros up to the bucket
 */
export type BlobParts = { readonly slots: readonly Slot[]; readonly box: Uint8Array };

export function encodeBlob(parts: BlobParts): Uint8Array {
  return concatBytes(encodeHeader(parts.slots), parts.box);
}

/** Splits a blob; throws BAD_SEAL where version, count or size is not as described. Opens nothing. */
export function parseBlob(blob: Uint8Array): BlobParts {
  const [givenVersion, count = 0] = blob;
  const headerBytes = 2 + count * slotBytes;
  const bucket = blob.length - headerBytes - boxTagBytes;
  if (
    givenVersion !== version ||
    count < 1 ||
    count > limits.blobRecipients ||
    !buckets.some((size) => size === bucket)
  ) {
    throw new VerificationError("BAD_SEAL", "This is not a sealed blob of ours.");
  }
  const slots = Array.from({ length: count }, (_, i) => blob.subarray(2 + i * slotBytes, 2 + (i + 1) * slotBytes));
  return { slots, box: blob.subarray(headerBytes) };
}

export function innerNonce(parts: { readonly slots: readonly Slot[] }): Uint8Array {
  return sha256(concatBytes(utf8("overt-seal-v1\0"), encodeHeader(parts.slots))).subarray(0, 24);
}

/** The smallest bucket that holds so many bytes of plaintext; throws TOO_LARGE past the largest. */
export function smallestBucket(plaintextBytes: number): number {
  const bucket = buckets.find((size) => plaintextBytes <= size - overheadBytes);
  if (bucket === undefined) throw new VerificationError("TOO_LARGE", "The text does not fit a seal.");
  return bucket;
}

export function writeInner(salt: Uint8Array, plaintext: Uint8Array, bucket: number): Uint8Array {
  const inner = new Uint8Array(bucket);
  inner.set(salt);
  new DataView(inner.buffer).setUint32(32, plaintext.length);
  inner.set(plaintext, overheadBytes);
  return inner;
}

/** Copies salt and plaintext out; throws BAD_SEAL where the length runs over or the padding is not all zero. */
export function readInner(inner: Uint8Array): { salt: Uint8Array; plaintext: Uint8Array } {
  const length = new DataView(inner.buffer, inner.byteOffset).getUint32(32);
  const padding = inner.subarray(overheadBytes + length);
  if (length > inner.length - overheadBytes || padding.some((byte) => byte !== 0)) {
    throw new VerificationError("BAD_SEAL", "The sealed text is malformed.");
  }
  return { salt: inner.slice(0, 32), plaintext: inner.slice(overheadBytes, overheadBytes + length) };
}

function encodeHeader(slots: readonly Slot[]): Uint8Array {
  return concatBytes(Uint8Array.of(version, slots.length), ...slots);
}
