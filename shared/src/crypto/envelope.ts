import type { z } from "zod";
import { brandVerified, type Verified } from "../brand.ts";
import { parseBase64 } from "../bytes.ts";
import { VerificationError } from "../errors.ts";
import { parseJson, requireCanonical } from "./canonical.ts";
import { Envelope, pae } from "./dsse.ts";
import { keyId, type RawVerify, type RawVerifyAsync, verifyEd25519 } from "./ed25519.ts";
import { sha256Hex } from "./hash.ts";

export { addSignature, documentHash, Envelope, envelopeHash, pae, signEnvelope } from "./dsse.ts";

/** What a caller demands of a document. `threshold` counts distinct keys of `keys` (1 when left out); `maxBytes` caps the payload. */
export type EnvelopeSpec<T> = {
  readonly payloadType: string;
  readonly schema: z.ZodType<T>;
  readonly keys: readonly Uint8Array[];
  readonly threshold?: number;
  readonly maxBytes: number;
};

/** `hash` is H(x); `signedBy` holds the keyIds of those of the given keys whose signature held, without repeats. */
export type VerifiedDocument<T> = {
  readonly value: Verified<T>;
  readonly hash: string;
  readonly signedBy: readonly string[];
  readonly envelope: Envelope;
};

/**
 * Verifies an envelope from anybody, SPEC.md section 4. Throws VerificationError: BAD_SCHEMA, WRONG_TYPE, TOO_LARGE,
 * BAD_ENCODING, BAD_SIGNATURE (no given key signed), THRESHOLD (too few did), BAD_JSON, NOT_CANONICAL.
 */
export function verifyEnvelope<T>(
  envelope: unknown,
  spec: EnvelopeSpec<T> & { readonly verify?: RawVerify },
): VerifiedDocument<T> {
  const verify = spec.verify ?? verifyEd25519;
  const steps = verifySteps(envelope, spec);
  let step = steps.next();
  while (!step.done) {
    const { signature, message, publicKey } = step.value;
    step = steps.next(verify(signature, message, publicKey));
  }
  return step.value;
}

/** The same steps with a verifier off this thread, such as the server's; `verify` must be strict. */
export async function verifyEnvelopeAsync<T>(
  envelope: unknown,
  spec: EnvelopeSpec<T> & { readonly verify: RawVerifyAsync },
): Promise<VerifiedDocument<T>> {
  const steps = verifySteps(envelope, spec);
  let step = steps.next();
  while (!step.done) {
    const { signature, message, publicKey } = step.value;
    step = steps.next(await spec.verify(signature, message, publicKey));
  }
  return step.value;
}

/**
 * Reads a document that nobody has verified, with every check but the signature. Only for finding out which key
 * must have signed (a device id before its key is known); what it returns proves nothing.
 */
export function readUnverified<T>(envelope: unknown, schema: z.ZodType<T>, maxBytes: number): T {
  return parsePayload(decodePayload(parseEnvelope(envelope), maxBytes), schema);
}

type Question = { readonly signature: Uint8Array; readonly message: Uint8Array; readonly publicKey: Uint8Array };

// The numbers are SPEC.md steps. The payload is attacker-controlled until 4.6 has passed, so nothing is read out of it
// before; removing any one line makes a test fail. A generator, so that both verifiers walk the very same steps.
function* verifySteps<T>(input: unknown, spec: EnvelopeSpec<T>): Generator<Question, VerifiedDocument<T>, boolean> {
  const envelope = parseEnvelope(input); // 4.1
  requireType(envelope, spec.payloadType); // 4.2
  const payload = decodePayload(envelope, spec.maxBytes); // 4.3, 4.4, 4.5
  const message = pae(envelope.payloadType, payload);
  const signedBy = yield* findSigners(envelope, message, spec.keys); // 4.6
  requireThreshold(signedBy.length, spec.threshold ?? 1); // 4.6
  const value = parsePayload(payload, spec.schema); // 4.7, 4.8, 4.9
  return { value: brandVerified(value), hash: sha256Hex(message), signedBy, envelope };
}

function parseEnvelope(input: unknown): Envelope {
  const parsed = Envelope.safeParse(input); // 4.1
  if (!parsed.success) throw new VerificationError("BAD_SCHEMA", "This is not a signed document of ours.");
  return parsed.data;
}

function requireType(envelope: Envelope, payloadType: string): void {
  if (envelope.payloadType !== payloadType) {
    throw new VerificationError("WRONG_TYPE", "The document is of another type than expected here.");
  }
}

function decodePayload(envelope: Envelope, maxBytes: number): Uint8Array {
  const tooLarge = () => new VerificationError("TOO_LARGE", "The document is larger than allowed.");
  if (envelope.payload.length > Math.ceil(maxBytes / 3) * 4) throw tooLarge(); // 4.3
  const payload = parseBase64(envelope.payload); // 4.4
  if (payload.length > maxBytes) throw tooLarge(); // 4.5: base64 rounds up, so up to two bytes pass 4.3
  return payload;
}

// 4.6: the key that the hint names is asked first, then the others; a key counts once however often it signed.
function* findSigners(
  envelope: Envelope,
  message: Uint8Array,
  keys: readonly Uint8Array[],
): Generator<Question, string[], boolean> {
  const waiting = new Map(keys.map((publicKey) => [keyId(publicKey), publicKey]));
  const signedBy: string[] = [];
  const signatures = envelope.signatures.map(({ keyid, sig }) => ({ keyid, signature: decodeSignature(sig) }));
  for (const { keyid, signature } of signatures) {
    const hintFirst = [...waiting].sort(([a], [b]) => Number(b === keyid) - Number(a === keyid));
    for (const [id, publicKey] of hintFirst) {
      if (yield { signature, message, publicKey }) {
        signedBy.push(id);
        waiting.delete(id);
        break;
      }
    }
  }
  return signedBy;
}

function decodeSignature(sig: string): Uint8Array {
  const signature = parseBase64(sig);
  if (signature.length !== 64) throw new VerificationError("BAD_ENCODING", "A signature is 64 bytes long.");
  return signature;
}

function requireThreshold(count: number, threshold: number): void {
  if (!Number.isSafeInteger(threshold) || threshold < 1) {
    throw new VerificationError("THRESHOLD", "At least one signature is needed.");
  }
  if (count === 0) throw new VerificationError("BAD_SIGNATURE", "None of the expected keys signed this document.");
  if (count < threshold) {
    throw new VerificationError("THRESHOLD", `${count} of the ${threshold} signatures needed are there.`);
  }
}

function parsePayload<T>(payload: Uint8Array, schema: z.ZodType<T>): T {
  const json = parseJson(payload); // 4.7
  const parsed = schema.safeParse(json); // 4.8
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    // Only the top-level field is named: deeper paths can hold keys that the sender chose.
    throw new VerificationError(
      "BAD_SCHEMA",
      `The document does not fit its schema at ${String(issue?.path[0] ?? "the top")}.`,
    );
  }
  // 4.9: of what the schema gave back, not of what was parsed, so a schema that strips or fills in is refused too.
  requireCanonical(parsed.data, payload);
  return parsed.data;
}
