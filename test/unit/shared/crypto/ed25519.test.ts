import {
  isStrictPublicKey,
  isStrictSignature,
  keyId,
  makeStrictVerifier,
  signEd25519,
  signingKeyFromSeed,
  verifyEd25519,
} from "@overt/shared/crypto/ed25519.ts";
import { sha256Hex } from "@overt/shared/crypto/hash.ts";
import fc from "fast-check";
import nacl from "tweetnacl";
import { describe, expect, test } from "vitest";
import { forgeForIdentity, malleate, smallOrderEncodings } from "../../../support/ed25519.ts";
import { codeOf, testKey } from "../../../support/envelopes.ts";
import { describeVectors, fromHex, readEdwardsCases } from "../../../support/vectors.ts";

const bytes = (n: number) => fc.uint8Array({ minLength: n, maxLength: n });
const message = new TextEncoder().encode("a message");

describeVectors("Wycheproof Ed25519", (folder) => {
  const cases = readEdwardsCases(folder);
  test("all 151 cases get their verdict", () => {
    expect(cases).toHaveLength(151);
    const wrong = cases.filter((each) => verifyEd25519(each.signature, each.message, each.publicKey) !== each.valid);
    expect(wrong.map(({ tcId }) => tcId)).toEqual([]);
  });
});

describe("strict keys", () => {
  const spelled = smallOrderEncodings();
  test("every spelling of the eight small-order points is refused as a key and as R", () => {
    expect(spelled).toHaveLength(14);
    const good = testKey(1);
    const signature = signEd25519(message, good.secretKey);
    for (const point of spelled) {
      expect(isStrictPublicKey(point)).toBe(false);
      const withPoint = new Uint8Array([...point, ...signature.subarray(32)]);
      expect(isStrictSignature(withPoint, good.publicKey)).toBe(false);
    }
  });
  test("the identity as a key signs no message, though tweetnacl alone says it signs every one", () => {
    const { signature, publicKey } = forgeForIdentity();
    for (const text of [message, new Uint8Array()]) {
      expect(nacl.sign.detached.verify(text, signature, publicKey)).toBe(true);
      expect(verifyEd25519(signature, text, publicKey)).toBe(false);
    }
    const plain = new Uint8Array([...publicKey, ...new Uint8Array(32)]);
    expect(nacl.sign.detached.verify(message, plain, publicKey)).toBe(true);
    expect(verifyEd25519(plain, message, publicKey)).toBe(false);
  });
  test("y is below p", () => {
    const p = fromHex(`ed${"ff".repeat(30)}7f`);
    for (let first = 0xed; first <= 0xff; first++) {
      p[0] = first;
      expect(isStrictPublicKey(p)).toBe(false);
    }
    expect(isStrictPublicKey(fromHex(`eb${"ff".repeat(30)}7f`))).toBe(true);
  });
  test.each([0, 31, 33, 64])("%i bytes are no key", (length) => {
    expect(isStrictPublicKey(new Uint8Array(length).fill(9))).toBe(false);
  });
});

describe("strict signatures", () => {
  test("what is signed verifies, and nothing else does", () => {
    fc.assert(
      fc.property(bytes(32), fc.uint8Array({ maxLength: 200 }), fc.nat(), fc.nat(7), (seed, text, at, bit) => {
        const key = signingKeyFromSeed(seed);
        const signature = signEd25519(text, key.secretKey);
        expect(verifyEd25519(signature, text, key.publicKey)).toBe(true);
        const flipped = Uint8Array.from(signature);
        flipped[at % 64] = (flipped[at % 64] as number) ^ (1 << bit);
        expect(verifyEd25519(flipped, text, key.publicKey)).toBe(false);
        expect(verifyEd25519(signature, new Uint8Array([...text, 0]), key.publicKey)).toBe(false);
      }),
      { numRuns: 30 },
    );
  });
  test("S + L is refused, though tweetnacl alone takes it", () => {
    const key = testKey(2);
    const doubled = malleate(signEd25519(message, key.secretKey));
    expect(nacl.sign.detached.verify(message, doubled, key.publicKey)).toBe(true);
    expect(verifyEd25519(doubled, message, key.publicKey)).toBe(false);
  });
  test("wrong lengths are refused without an exception", () => {
    const key = testKey(3);
    const signature = signEd25519(message, key.secretKey);
    expect(verifyEd25519(signature.subarray(0, 63), message, key.publicKey)).toBe(false);
    expect(verifyEd25519(new Uint8Array([...signature, 0]), message, key.publicKey)).toBe(false);
    expect(verifyEd25519(signature, message, key.publicKey.subarray(1))).toBe(false);
  });
  test("the backend is asked only after every check has passed", () => {
    const asked: Uint8Array[] = [];
    const verify = makeStrictVerifier((signature) => asked.push(signature) > 0);
    const key = testKey(4);
    const signature = signEd25519(message, key.secretKey);
    expect(verify(malleate(signature), message, key.publicKey)).toBe(false);
    expect(asked).toHaveLength(0);
    expect(verify(signature, message, key.publicKey)).toBe(true);
    expect(asked).toHaveLength(1);
  });
});

test("a seed has 32 bytes", () => {
  expect(codeOf(() => signingKeyFromSeed(new Uint8Array(31)))).toBe("BAD_KEY");
});

test("a key's id is the hash of its raw bytes", () => {
  const { publicKey } = testKey(5);
  expect(keyId(publicKey)).toBe(sha256Hex(publicKey));
});
