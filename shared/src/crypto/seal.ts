import nacl from "tweetnacl";
import { concatBytes, toHex, utf8 } from "../bytes.ts";
import { VerificationError } from "../errors.ts";
import { limits } from "../limits.ts";
import { sha256Hex } from "./hash.ts";
import {
  type BlobParts,
  buckets,
  encodeBlob,
  innerNonce,
  overheadBytes,
  parseBlob,
  readInner,
  smallestBucket,
  writeInner,
} from "./seal-layout.ts";
import { makeSlot, openSlot, type Slot } from "./seal-slot.ts";
import type { BoxKey } from "./x25519.ts";

export { buckets } from "./seal-layout.ts";

/** `n` fresh random bytes. */
export type Random = (n: number) => Uint8Array;

export type Sealed = {
  readonly blob: Uint8Array;
  /** Hex SHA-256("overt-evidence-v1\0" ‖ salt ‖ plaintext): goes into the signed event. */
  readonly commitment: string;
  readonly ciphertextSha256: string;
  /** Bytes of the padded plaintext: all that the length of a blob tells. */
  readonly bucket: number;
};

/** Overwrites secrets. Best effort: a runtime may have copied them. */
export function wipe(bytes: Uint8Array): void {
  bytes.fill(0);
}

/**
 * Seals one level of evidence to each of 1–64 box keys (repeats are dropped). Layout and reasons: `seal-layout.ts`.
 * The plaintext stays the caller's to wipe. Codes: BAD_KEY (a key that would open for anybody), TOO_LARGE, BAD_SEAL.
 */
export function sealLevel(input: {
  readonly plaintext: Uint8Array;
  readonly recipients: readonly Uint8Array[];
  readonly bucketBytes?: number;
  readonly random: Random;
}): Sealed {
  const { plaintext, random } = input;
  const bucket = input.bucketBytes ?? smallestBucket(plaintext.length);
  if (!buckets.some((size) => size === bucket)) throw new VerificationError("BAD_SEAL", "There is no such bucket.");
  if (plaintext.length > bucket - overheadBytes)
    throw new VerificationError("TOO_LARGE", "The text does not fit a seal.");
  const recipients = [...new Map(input.recipients.map((key) => [toHex(key), key])).values()];
  if (recipients.length < 1 || recipients.length > limits.blobRecipients) {
    throw new VerificationError("BAD_SEAL", "A seal takes 1 to 64 recipients.");
  }
  const key = random(nacl.secretbox.keyLength);
  const salt = random(32);
  const slots = recipients.map((recipient) => makeSlot(key, recipient, random)).sort(byHint);
  const inner = writeInner(salt, plaintext, bucket);
  const header = { slots };
  const box = nacl.secretbox(inner, innerNonce(header), key);
  wipe(key);
  wipe(inner);
  const blob = encodeBlob({ ...header, box });
  return { blob, commitment: commit(salt, plaintext), ciphertextSha256: sha256Hex(blob), bucket };
}

interface SealedInput {
  readonly blob: Uint8Array;
  readonly secretKey: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly commitment: string;
  readonly wrap?: Uint8Array;
}

const saltBytes = 32;

/**
 * Opens a blob for one of its recipients, or for the holder of a `wrap` that a colleague made. Codes: BAD_SEAL (not a
 * seal, or changed anywhere), NOT_RECIPIENT, BAD_COMMITMENT (genuine box, but not what the signed event committed to).
 */
export function openSealed(input: SealedInput): Uint8Array {
  return openSealedWithSalt(input).plaintext;
}

/** As `openSealed`, with the salt: whoever holds both can show a third person what the signed commitment stands for. */
export function openSealedWithSalt(input: SealedInput): {
  readonly plaintext: Uint8Array;
  readonly salt: Uint8Array;
} {
  const parts = parseBlob(input.blob);
  const { key, inner } = openParts(parts, input, input.wrap);
  wipe(key);
  const { salt, plaintext } = readInner(inner);
  wipe(inner);
  // Boxes do not commit to a key: without this one ciphertext could read differently for two reviewers.
  if (commit(salt, plaintext) !== input.commitment) {
    wipe(plaintext);
    throw new VerificationError("BAD_COMMITMENT", "The sealed text is not the one the event committed to.");
  }
  return { plaintext, salt };
}

/** Whether a signed record committed to this salt and plaintext. */
export function isCommitted(commitment: string, salt: Uint8Array, plaintext: Uint8Array): boolean {
  return salt.length === saltBytes && commit(salt, plaintext) === commitment;
}

/**
 * Lets one more reader in: a recipient makes a wrap of the blob's key for a colleague. The blob itself, whose hash is
 * in the signed event, does not change; the wrap is kept beside it and given to `openSealed`. Codes as there, and BAD_KEY.
 */
export function sealRewrap(input: {
  readonly blob: Uint8Array;
  readonly secretKey: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly recipient: Uint8Array;
  readonly random: Random;
}): Uint8Array {
  const { key, inner } = openParts(parseBlob(input.blob), input, undefined);
  wipe(inner);
  const slot = makeSlot(key, input.recipient, input.random);
  wipe(key);
  return slot;
}

function openParts(parts: BlobParts, reader: BoxKey, wrap: Uint8Array | undefined) {
  const key = openSlot(wrap === undefined ? parts.slots : [wrap], reader);
  const inner = nacl.secretbox.open(parts.box, innerNonce(parts), key);
  if (inner === null) throw new VerificationError("BAD_SEAL", "The sealed text has been changed.");
  return { key, inner };
}

function byHint(a: Slot, b: Slot): number {
  return toHex(a) < toHex(b) ? -1 : 1;
}

function commit(salt: Uint8Array, plaintext: Uint8Array): string {
  return sha256Hex(concatBytes(utf8("overt-evidence-v1\0"), salt, plaintext));
}
