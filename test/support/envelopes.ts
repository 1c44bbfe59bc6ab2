import { toBase64 } from "@overt/shared/bytes.ts";
import { keyId, type SigningKey, signEd25519, signingKeyFromSeed } from "@overt/shared/crypto/ed25519.ts";
import { type Envelope, pae } from "@overt/shared/crypto/envelope.ts";
import { z } from "zod";

export const sampleType = "application/vnd.overt.sample.v1+json";

/** A document of no meaning, strict as the real ones are. */
export const Sample = z.strictObject({
  v: z.literal(1),
  id: z.string().max(64),
  count: z.int(),
  list: z.array(z.int()).max(8).optional(),
});

/** The nth key of the tests: the same on every machine. */
export function testKey(n: number): SigningKey {
  return signingKeyFromSeed(new Uint8Array(32).fill(n));
}

/** Signs bytes as they are: what a hostile holder of a good key can send, and no builder of ours would. */
export function signRaw(payloadType: string, payload: Uint8Array, keys: readonly SigningKey[]): Envelope {
  const signatures = keys.map(({ publicKey, secretKey }) => ({
    keyid: keyId(publicKey),
    sig: toBase64(signEd25519(pae(payloadType, payload), secretKey)),
  }));
  return { payloadType, payload: toBase64(payload), signatures };
}

/** The code of what a call throws, or "ok". */
export function codeOf(call: () => unknown): string {
  try {
    call();
    return "ok";
  } catch (error) {
    return codeIn(error);
  }
}

export async function codeOfAsync(call: () => Promise<unknown>): Promise<string> {
  try {
    await call();
    return "ok";
  } catch (error) {
    return codeIn(error);
  }
}

function codeIn(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : `not an error of ours: ${String(error)}`;
}
