import { parseBase64, parseUtf8, toBase64, utf8 } from "@overt/shared/bytes.ts";
import { keyId, signingKeyFromSeed } from "@overt/shared/crypto/ed25519.ts";
import {
  addSignature,
  documentHash,
  type Envelope,
  envelopeHash,
  pae,
  signEnvelope,
  verifyEnvelope,
} from "@overt/shared/crypto/envelope.ts";
import { sha256Hex } from "@overt/shared/crypto/hash.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { codeOf, Sample, sampleType, signRaw, testKey } from "../../../support/envelopes.ts";

const alice = testKey(1);
const bob = testKey(2);
const value = { v: 1, id: "a", count: 1 } as const;
const spec = { payloadType: sampleType, schema: Sample, keys: [alice.publicKey, bob.publicKey], maxBytes: 1_000 };

test("the signed bytes are those of DSSE's own example", () => {
  const expected = "DSSEv1 29 http://example.com/HelloWorld 11 hello world";
  expect(parseUtf8(pae("http://example.com/HelloWorld", utf8("hello world")))).toBe(expected);
});

test("lengths in the signed bytes count bytes, not characters", () => {
  expect(parseUtf8(pae("é", utf8("ŵ")))).toBe("DSSEv1 2 é 2 ŵ");
});

test("what is signed verifies to the same value, hash and signers", () => {
  const sample = fc.record({
    v: fc.constant(1 as const),
    id: fc.string({ maxLength: 20, unit: "grapheme" }),
    count: fc.maxSafeInteger(),
  });
  const seed = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(sample, seed, (document, bytes) => {
      const key = signingKeyFromSeed(bytes);
      const envelope = signEnvelope(sampleType, document, [key]);
      const verified = verifyEnvelope(envelope, { ...spec, keys: [key.publicKey] });
      expect(verified.value).toEqual(document);
      expect(verified.hash).toBe(documentHash(sampleType, document));
      expect(verified.hash).toBe(envelopeHash(envelope));
      expect(verified.signedBy).toEqual([keyId(key.publicKey)]);
    }),
    { numRuns: 30 },
  );
});

test("any flipped bit of an envelope is refused", () => {
  const text = utf8(JSON.stringify(signEnvelope(sampleType, value, [alice])));
  const keyidAt = Buffer.from(text).indexOf('"keyid":"') + 9;
  const outsideHint = fc.nat(text.length - 1).filter((at) => at < keyidAt || at >= keyidAt + 64);
  fc.assert(
    fc.property(outsideHint, fc.nat(7), (at, bit) => {
      const flipped = Uint8Array.from(text);
      flipped[at] = (flipped[at] as number) ^ (1 << bit);
      expect(codeOf(() => verifyEnvelope(parseLoosely(flipped), spec))).not.toBe("ok");
    }),
    { numRuns: 300 },
  );
});

test("any flipped bit of the signed payload is refused as unsigned", () => {
  const envelope = signEnvelope(sampleType, value, [alice]);
  const payload = parseBase64(envelope.payload);
  fc.assert(
    fc.property(fc.nat(payload.length - 1), fc.nat(7), (at, bit) => {
      const flipped = Uint8Array.from(payload);
      flipped[at] = (flipped[at] as number) ^ (1 << bit);
      expect(codeOf(() => verifyEnvelope({ ...envelope, payload: toBase64(flipped) }, spec))).toBe("BAD_SIGNATURE");
    }),
    { numRuns: 60 },
  );
});

describe("the hash names the signed bytes", () => {
  test("it is SHA-256 of the pre-authentication encoding", () => {
    const expected = sha256Hex(pae(sampleType, utf8('{"count":1,"id":"a","v":1}')));
    expect(documentHash(sampleType, value)).toBe(expected);
  });
  test("another signer does not change it", () => {
    const one = signEnvelope(sampleType, value, [alice]);
    expect(envelopeHash(addSignature(one, bob))).toBe(envelopeHash(one));
  });
  test("another type changes it", () => {
    const other = "application/vnd.overt.other.v1+json";
    expect(documentHash(other, value)).not.toBe(documentHash(sampleType, value));
  });
});

describe("signing", () => {
  test("signers can sign one after the other, each once", () => {
    const first = signEnvelope(sampleType, value, [alice]);
    const both = addSignature(first, bob);
    expect(verifyEnvelope(both, { ...spec, threshold: 2 }).signedBy).toHaveLength(2);
    expect(both).toEqual(signEnvelope(sampleType, value, [alice, bob]));
    expect(codeOf(() => addSignature(both, alice))).toBe("BAD_KEY");
    expect(codeOf(() => signEnvelope(sampleType, value, [alice, alice]))).toBe("BAD_KEY");
    expect(first.signatures).toHaveLength(1);
  });
  test("nobody's signature is no signature", () => {
    expect(codeOf(() => signEnvelope(sampleType, value, []))).toBe("BAD_KEY");
  });
  test.each(["application/json", "application/vnd.overt.Order.v1+json", "application/vnd.overt..v1+json", ""])(
    "%j is no type of ours",
    (type) => expect(codeOf(() => signEnvelope(type, value, [alice]))).toBe("WRONG_TYPE"),
  );
});

describe("schemas that would lose or add something are refused with the document", () => {
  const payload = '{"count":1,"hidden":"covert","id":"a","v":1}';
  const refusal = (schema: z.ZodType<unknown>, text: string) =>
    codeOf(() => verifyEnvelope(signRaw(sampleType, utf8(text), [alice]), { ...spec, schema }));
  const fields = { v: z.literal(1), id: z.string(), count: z.int() };
  test("one that strips", () => expect(refusal(z.object(fields), payload)).toBe("NOT_CANONICAL"));
  test("one that fills in", () => {
    const filling = z.strictObject({ ...fields, extra: z.int().default(0) });
    expect(refusal(filling, '{"count":1,"id":"a","v":1}')).toBe("NOT_CANONICAL");
  });
  test("a record that drops __proto__", () => {
    const record = z.record(z.string(), z.int());
    expect(refusal(record, '{"__proto__":1,"a":1}')).not.toBe("ok");
  });
});

test("a refusal quotes nothing of the document", () => {
  const secret = "quixotic-canary";
  const payloads = [
    `{"count":1,"id":"a","v":1,"${secret}":1}`,
    `{"count":"${secret}","id":"a","v":1}`,
    `${secret}`,
    `{"count":1,"id":"${secret}","v":1 }`,
  ];
  for (const payload of payloads) {
    const error = errorOf(() => verifyEnvelope(signRaw(sampleType, utf8(payload), [alice]), spec));
    expect(`${error.stack} ${String(error.cause)}`).not.toContain(secret);
  }
});

function parseLoosely(bytes: Uint8Array): Envelope | string {
  const text = Buffer.from(bytes).toString("utf8");
  try {
    return JSON.parse(text) as Envelope;
  } catch {
    return text;
  }
}

function errorOf(call: () => unknown): Error {
  try {
    call();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("expected a refusal");
}
