import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import {
  isStrictSignature,
  makeStrictVerifier,
  type RawSign,
  type RawVerify,
  type RawVerifyAsync,
} from "@overt/shared/crypto/ed25519.ts";

/** The same verdicts as shared's verifier at a fiftieth of its cost. */
export type NodeVerifier = {
  readonly verify: RawVerify;
  /** On the thread pool: a flood of signatures does not stall the event loop. */
  readonly verifyAsync: RawVerifyAsync;
};

// DER of SubjectPublicKeyInfo and PKCS #8 up to the 32 bytes of the key (RFC 8410).
const spkiPrefix = Buffer.from("302a300506032b6570032100", "hex");
const pkcs8Prefix = Buffer.from("302e020100300506032b657004220420", "hex");

/** Strict Ed25519 over node:crypto. Imported keys are kept, the least recently used of `maxKeys` going first. */
export function buildNodeVerifier(options: { readonly maxKeys?: number } = {}): NodeVerifier {
  const keys = keyCache(options.maxKeys ?? 4_096, importPublicKey);
  return {
    verify: makeStrictVerifier((signature, message, publicKey) => verify(null, message, keys(publicKey), signature)),
    verifyAsync: async (signature, message, publicKey) =>
      isStrictSignature(signature, publicKey) && (await verifyOnPool(signature, message, keys(publicKey))),
  };
}

/** Ed25519 signing over node:crypto for `signEnvelope`; same signatures as shared's, as Ed25519 is deterministic. */
export function buildNodeSigner(): RawSign {
  const keys = keyCache(8, importSecretKey);
  return (message, secretKey) => new Uint8Array(sign(null, message, keys(secretKey)));
}

function verifyOnPool(signature: Uint8Array, message: Uint8Array, key: KeyObject): Promise<boolean> {
  return new Promise((resolve, reject) => {
    verify(null, message, key, signature, (error, holds) => (error === null ? resolve(holds) : reject(error)));
  });
}

function keyCache(maxKeys: number, importKey: (bytes: Uint8Array) => KeyObject): (bytes: Uint8Array) => KeyObject {
  const cache = new Map<string, KeyObject>();
  return (bytes) => {
    const name = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
    const key = cache.get(name) ?? importKey(bytes);
    // Map keeps the order of insertion: taking it out and in again makes it the newest.
    cache.delete(name);
    cache.set(name, key);
    if (cache.size > maxKeys) cache.delete(cache.keys().next().value as string);
    return key;
  };
}

function importPublicKey(publicKey: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([spkiPrefix, publicKey]), format: "der", type: "spki" });
}

function importSecretKey(secretKey: Uint8Array): KeyObject {
  const key = Buffer.concat([pkcs8Prefix, secretKey.subarray(0, 32)]);
  return createPrivateKey({ key, format: "der", type: "pkcs8" });
}
