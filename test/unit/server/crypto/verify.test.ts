import { buildNodeSigner, buildNodeVerifier } from "@overt/server/crypto/verify.ts";
import { signEd25519, signingKeyFromSeed, verifyEd25519 } from "@overt/shared/crypto/ed25519.ts";
import { signEnvelope, verifyEnvelope, verifyEnvelopeAsync } from "@overt/shared/crypto/envelope.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { forgeForIdentity, malleate, smallOrderEncodings } from "../../../support/ed25519.ts";
import { Sample, sampleType, testKey } from "../../../support/envelopes.ts";
import { describeVectors, readEdwardsCases } from "../../../support/vectors.ts";

const node = buildNodeVerifier();
const message = new TextEncoder().encode("a message");

/** The verdict of all three, which must be one. */
async function verdict(signature: Uint8Array, text: Uint8Array, publicKey: Uint8Array): Promise<boolean> {
  const pure = verifyEd25519(signature, text, publicKey);
  expect(node.verify(signature, text, publicKey)).toBe(pure);
  expect(await node.verifyAsync(signature, text, publicKey)).toBe(pure);
  return pure;
}

describeVectors("Wycheproof Ed25519 over node:crypto", (folder) => {
  const cases = readEdwardsCases(folder);
  test("all 151 cases get their verdict, the same from every back end", async () => {
    expect(cases).toHaveLength(151);
    const wrong: number[] = [];
    for (const { tcId, signature, message: text, publicKey, valid } of cases) {
      if ((await verdict(signature, text, publicKey)) !== valid) wrong.push(tcId);
    }
    expect(wrong).toEqual([]);
  });
});

describe("tweetnacl and node:crypto never differ", () => {
  const bytes = (n: number) => fc.uint8Array({ minLength: n, maxLength: n });
  const text = fc.uint8Array({ maxLength: 100 });
  test("on good signatures and on those with any bit flipped, in signature, key or text", async () => {
    await fc.assert(
      fc.asyncProperty(bytes(32), text, fc.nat(1_000), fc.nat(7), async (seed, words, at, bit) => {
        const key = signingKeyFromSeed(seed);
        const signature = signEd25519(words, key.secretKey);
        expect(await verdict(signature, words, key.publicKey)).toBe(true);
        const all = new Uint8Array([...signature, ...key.publicKey, ...words]);
        const place = at % all.length;
        all[place] = (all[place] as number) ^ (1 << bit);
        expect(await verdict(all.subarray(0, 64), all.subarray(96), all.subarray(64, 96))).toBe(false);
      }),
      { numRuns: 40 },
    );
  });
  test("on S + L", async () => {
    await fc.assert(
      fc.asyncProperty(bytes(32), text, async (seed, words) => {
        const key = signingKeyFromSeed(seed);
        const signature = malleate(signEd25519(words, key.secretKey));
        expect(await verdict(signature, words, key.publicKey)).toBe(false);
      }),
      { numRuns: 20 },
    );
  });
  test("on random keys and signatures, on the curve or off it", async () => {
    await fc.assert(
      fc.asyncProperty(bytes(64), text, bytes(32), async (signature, words, publicKey) => {
        expect(await verdict(signature, words, publicKey)).toBe(false);
      }),
      { numRuns: 100 },
    );
  });
  test("on small-order keys with small-order R, under which OpenSSL takes any message", async () => {
    const points = smallOrderEncodings();
    for (const key of points) {
      for (const r of points)
        expect(await verdict(new Uint8Array([...r, ...new Uint8Array(32)]), message, key)).toBe(false);
    }
  });
  test("on the identity as a key, with an R beyond reproach", async () => {
    const { signature, publicKey } = forgeForIdentity();
    expect(await verdict(signature, message, publicKey)).toBe(false);
  });
  test("on lengths that are wrong", async () => {
    const key = testKey(1);
    const signature = signEd25519(message, key.secretKey);
    expect(await verdict(signature.subarray(1), message, key.publicKey)).toBe(false);
    expect(await verdict(signature, message, key.publicKey.subarray(1))).toBe(false);
    expect(await verdict(new Uint8Array(), message, new Uint8Array())).toBe(false);
  });
});

test("node:crypto signs the very same bytes", () => {
  const sign = buildNodeSigner();
  for (let n = 1; n <= 20; n++) {
    const { secretKey } = testKey(n);
    expect(sign(message, secretKey)).toEqual(signEd25519(message, secretKey));
  }
});

test("imported keys are bounded: with room for two, a hundred keys still verify, and again", () => {
  const small = buildNodeVerifier({ maxKeys: 2 });
  for (const n of [...Array(100).keys(), ...Array(100).keys()]) {
    const key = testKey(n);
    expect(small.verify(buildNodeSigner()(message, key.secretKey), message, key.publicKey)).toBe(true);
    expect(small.verify(buildNodeSigner()(message, testKey(n + 1).secretKey), message, key.publicKey)).toBe(false);
  }
});

test("a key changed in place after its import is another key", () => {
  const first = testKey(1);
  const second = testKey(2);
  const shared = Uint8Array.from(first.publicKey);
  expect(node.verify(signEd25519(message, first.secretKey), message, shared)).toBe(true);
  shared.set(second.publicKey);
  expect(node.verify(signEd25519(message, first.secretKey), message, shared)).toBe(false);
  expect(node.verify(signEd25519(message, second.secretKey), message, shared)).toBe(true);
});

test("an envelope verifies to the same document on the thread pool", async () => {
  const keys = [testKey(1), testKey(2)];
  const envelope = signEnvelope(sampleType, { v: 1, id: "a", count: 1 }, keys, buildNodeSigner());
  const spec = {
    payloadType: sampleType,
    schema: Sample,
    keys: keys.map(({ publicKey }) => publicKey),
    threshold: 2,
    maxBytes: 100,
  };
  const inTurn = verifyEnvelope(envelope, spec);
  expect(await verifyEnvelopeAsync(envelope, { ...spec, verify: node.verifyAsync })).toEqual(inTurn);
});
