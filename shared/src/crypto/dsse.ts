import { z } from "zod";
import { concatBytes, parseBase64, toBase64, utf8 } from "../bytes.ts";
import { VerificationError } from "../errors.ts";
import { canonicalBytes } from "./canonical.ts";
import { keyId, type RawSign, type SigningKey, signEd25519 } from "./ed25519.ts";
import { sha256Hex } from "./hash.ts";

const payloadTypePattern = /^application\/vnd\.overt\.[a-z](?:-?[a-z0-9])*\.v1\+json$/;

/** DSSE 1.0.2, with our payload types only. `payload` and `sig` are standard base64; `keyid` names a key and proves nothing. */
export const Envelope = z.strictObject({
  payloadType: z.string().max(100).regex(payloadTypePattern),
  payload: z.string(),
  signatures: z
    .array(z.strictObject({ keyid: z.string().regex(/^[0-9a-f]{64}$/), sig: z.string().max(88) }))
    .min(1)
    .max(16),
});
export type Envelope = z.infer<typeof Envelope>;

/** DSSE pre-authentication encoding: the bytes that are signed and hashed. */
export function pae(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = utf8(payloadType);
  return concatBytes(utf8(`DSSEv1 ${type.length} `), type, utf8(` ${payload.length} `), payload);
}

/** H(x) of a document that is not signed yet: hex SHA-256 of the PAE of its canonical bytes. */
export function documentHash(payloadType: string, value: unknown): string {
  return sha256Hex(pae(payloadType, canonicalBytes(value)));
}

/** H(x) of an envelope. Signatures are no part of it: a document keeps its name when another signer joins. */
export function envelopeHash(envelope: Envelope): string {
  return sha256Hex(signedBytes(envelope));
}

/** One signature by each key over the canonical bytes of `value`; `sign` lets a server use a faster backend. */
export function signEnvelope(
  payloadType: string,
  value: unknown,
  keys: readonly SigningKey[],
  sign: RawSign = signEd25519,
): Envelope {
  if (!payloadTypePattern.test(payloadType)) {
    throw new VerificationError("WRONG_TYPE", "The payload type is not one of ours.");
  }
  const payload = canonicalBytes(value);
  const message = pae(payloadType, payload);
  const signatures = keys.map((key) => ({ keyid: keyId(key.publicKey), sig: toBase64(sign(message, key.secretKey)) }));
  requireDistinct(signatures.map((signature) => signature.keyid));
  return { payloadType, payload: toBase64(payload), signatures };
}

/** The same document with one more signature; throws BAD_KEY where this key signed already. */
export function addSignature(envelope: Envelope, key: SigningKey, sign: RawSign = signEd25519): Envelope {
  const signature = { keyid: keyId(key.publicKey), sig: toBase64(sign(signedBytes(envelope), key.secretKey)) };
  const signatures = [...envelope.signatures, signature];
  requireDistinct(signatures.map((each) => each.keyid));
  return { ...envelope, signatures };
}

function signedBytes(envelope: Envelope): Uint8Array {
  return pae(envelope.payloadType, parseBase64(envelope.payload));
}

function requireDistinct(keyIds: readonly string[]): void {
  if (keyIds.length === 0 || keyIds.length > 16) {
    throw new VerificationError("BAD_KEY", "A document takes 1 to 16 signatures.");
  }
  if (new Set(keyIds).size !== keyIds.length) {
    throw new VerificationError("BAD_KEY", "This key has already signed the document.");
  }
}
