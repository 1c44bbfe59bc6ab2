import nacl from "tweetnacl";
import { parseHex } from "../bytes.ts";
import { VerificationError } from "../errors.ts";
import { sha256Hex } from "./hash.ts";

/** Cofactorless Ed25519 (RFC 8032) verification: 64-byte signature, message, 32-byte public key. */
export type RawVerify = (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array) => boolean;

/** As `RawVerify`, off the calling thread. */
export type RawVerifyAsync = (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array) => Promise<boolean>;

/** 32-byte public key; 64-byte secret key (seed ‖ public key). */
export type SigningKey = { readonly publicKey: Uint8Array; readonly secretKey: Uint8Array };

/** Signs with a 64-byte secret key; returns 64 bytes. */
export type RawSign = (message: Uint8Array, secretKey: Uint8Array) => Uint8Array;

// All numbers little-endian, as on the wire.
const order = parseHex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
const fieldPrime = parseHex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");

/**
 * The y of the eight points of order 1, 2, 4 and 8: 1, -1, 0 and the two y of order 8. The sign of x is not looked at:
 * every sign of these y is either a small-order point or the "negative zero" that strict decoding refuses.
 */
const smallOrderY = [
  "0100000000000000000000000000000000000000000000000000000000000000",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "0000000000000000000000000000000000000000000000000000000000000000",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
].map(parseHex);

/** True for 32 bytes whose y is below p and which is none of the eight small-order points. Not being on the curve is left to the verifier. */
export function isStrictPublicKey(publicKey: Uint8Array): boolean {
  return publicKey.length === 32 && isStrictPoint(publicKey);
}

/** Every check that must hold before a cofactorless verifier may be asked: lengths, S < L, R and A strict points. */
export function isStrictSignature(signature: Uint8Array, publicKey: Uint8Array): boolean {
  return (
    signature.length === 64 &&
    isBelow(signature.subarray(32), order) &&
    isStrictPoint(signature.subarray(0, 32)) &&
    isStrictPublicKey(publicKey)
  );
}

/**
 * One verdict over any backend: without the pre-checks tweetnacl takes S + L, and both tweetnacl and OpenSSL take the
 * identity as a public key, under which one signature verifies every message.
 */
export function makeStrictVerifier(raw: RawVerify): RawVerify {
  return (signature, message, publicKey) =>
    isStrictSignature(signature, publicKey) && raw(signature, message, publicKey);
}

/** Strict Ed25519 over tweetnacl; about 5 ms. Never throws. */
export const verifyEd25519: RawVerify = makeStrictVerifier((signature, message, publicKey) =>
  nacl.sign.detached.verify(message, signature, publicKey),
);

/** 64-byte signature; about 4 ms. */
export function signEd25519(message: Uint8Array, secretKey: Uint8Array): Uint8Array {
  return nacl.sign.detached(message, secretKey);
}

/** The key pair of a 32-byte seed (RFC 8032, 5.1.5); throws BAD_KEY for another length. */
export function signingKeyFromSeed(seed: Uint8Array): SigningKey {
  if (seed.length !== 32) throw new VerificationError("BAD_KEY", "A signing key is made from 32 bytes.");
  const { publicKey, secretKey } = nacl.sign.keyPair.fromSeed(seed);
  return { publicKey, secretKey };
}

/** The name of a public key: hex SHA-256 of its raw bytes. A hint in envelopes, never a proof. */
export function keyId(publicKey: Uint8Array): string {
  return sha256Hex(publicKey);
}

function isStrictPoint(point: Uint8Array): boolean {
  const y = Uint8Array.from(point);
  y[31] = (y[31] as number) & 0x7f;
  return isBelow(y, fieldPrime) && !smallOrderY.some((small) => small.every((byte, i) => byte === y[i]));
}

// Signatures and public keys are public: no need for constant time.
function isBelow(a: Uint8Array, bound: Uint8Array): boolean {
  for (let i = 31; i >= 0; i--) {
    const difference = (a[i] as number) - (bound[i] as number);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
