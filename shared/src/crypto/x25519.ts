import nacl from "tweetnacl";
import { VerificationError } from "../errors.ts";

/** X25519 pair, 32 bytes each. */
export type BoxKey = { readonly publicKey: Uint8Array; readonly secretKey: Uint8Array };

/**
 * True for 32 bytes that lead to a shared secret other than zero. Clamped scalars are multiples of eight, so a
 * low-order key gives zero with every scalar, and one fixed scalar finds them all. A box to such a key opens for anybody.
 */
export function isBoxKey(publicKey: Uint8Array): boolean {
  if (publicKey.length !== nacl.box.publicKeyLength) return false;
  const secret = nacl.scalarMult(new Uint8Array(32).fill(1), publicKey);
  return secret.some((byte) => byte !== 0);
}

/** Returns the key; throws BAD_KEY where `isBoxKey` is false. */
export function requireBoxKey(publicKey: Uint8Array): Uint8Array {
  if (!isBoxKey(publicKey)) throw new VerificationError("BAD_KEY", "The encryption key is not usable.");
  return publicKey;
}

/** The pair whose secret is the 32-byte seed; throws BAD_KEY for another length. */
export function boxKeyFromSeed(seed: Uint8Array): BoxKey {
  if (seed.length !== 32) throw new VerificationError("BAD_KEY", "An encryption key is made from 32 bytes.");
  const { publicKey, secretKey } = nacl.box.keyPair.fromSecretKey(seed);
  return { publicKey, secretKey };
}
