import { boxKeyFromSeed, isBoxKey, requireBoxKey } from "@overt/shared/crypto/x25519.ts";
import fc from "fast-check";
import nacl from "tweetnacl";
import { expect, test } from "vitest";
import { codeOf } from "../../../support/envelopes.ts";
import { describeVectors, readExchangeCases } from "../../../support/vectors.ts";

describeVectors("Wycheproof X25519", (folder) => {
  const cases = readExchangeCases(folder);
  test("all 518 shared secrets are right", () => {
    expect(cases).toHaveLength(518);
    const wrong = cases.filter(({ secretKey, publicKey, shared }) => {
      return Buffer.compare(nacl.scalarMult(secretKey, publicKey), shared) !== 0;
    });
    expect(wrong.map(({ tcId }) => tcId)).toEqual([]);
  });
  test("the 31 keys with a zero secret are refused, and no other", () => {
    const refused = cases.filter(({ publicKey }) => codeOf(() => requireBoxKey(publicKey)) === "BAD_KEY");
    const zero = cases.filter(({ shared }) => shared.every((byte) => byte === 0));
    expect(refused.map(({ tcId }) => tcId)).toEqual(zero.map(({ tcId }) => tcId));
    expect(refused).toHaveLength(31);
  });
});

test("every key of ours is a box key", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (seed) => {
      expect(isBoxKey(boxKeyFromSeed(seed).publicKey)).toBe(true);
    }),
    { numRuns: 20 },
  );
});

test.each([0, 31, 33])("%i bytes are no key and no seed", (length) => {
  expect(isBoxKey(new Uint8Array(length).fill(9))).toBe(false);
  expect(codeOf(() => boxKeyFromSeed(new Uint8Array(length)))).toBe("BAD_KEY");
});

test("a key of zeros, to which a box opens for anybody, is refused", () => {
  expect(codeOf(() => requireBoxKey(new Uint8Array(32)))).toBe("BAD_KEY");
});
