import { toBase64, utf8 } from "@overt/shared/bytes.ts";
import { verifyEd25519 } from "@overt/shared/crypto/ed25519.ts";
import {
  type Envelope,
  type EnvelopeSpec,
  readUnverified,
  signEnvelope,
  verifyEnvelope,
  verifyEnvelopeAsync,
} from "@overt/shared/crypto/envelope.ts";
import { describe, expect, test } from "vitest";
import type { z } from "zod";
import { codeOf, codeOfAsync, Sample, sampleType, signRaw, testKey } from "../../../support/envelopes.ts";

const [alice, bob, carol] = [testKey(1), testKey(2), testKey(3)];
const keys = [alice.publicKey, bob.publicKey, carol.publicKey];
const spec: EnvelopeSpec<z.infer<typeof Sample>> = { payloadType: sampleType, schema: Sample, keys, maxBytes: 64 };
const value = { v: 1, id: "a", count: 1 } as const;
const good = signEnvelope(sampleType, value, [alice]);
const sign = (payload: string | Uint8Array) =>
  signRaw(sampleType, typeof payload === "string" ? utf8(payload) : payload, [alice]);
const withSig = (sig: string): Envelope => ({ ...good, signatures: [{ keyid: "0".repeat(64), sig }] });
const aliceSig = good.signatures[0]?.sig ?? "";
const nested = (depth: number) => `{"list":${"[".repeat(depth)}${"]".repeat(depth)}}`;
// A payload of 65 bytes has as many base64 characters as one of 66, and only the byte cap tells it from 64.
const padded = (bytes: number) => JSON.stringify({ count: 1, id: "x".repeat(bytes - 25), v: 1 });

// One row per step of SPEC.md section 4 and way to fail it: with the step's line removed the row gets another verdict.
const refusals: readonly (readonly [string, string, unknown, string])[] = [
  ["4.1", "not an object", "text", "BAD_SCHEMA"],
  ["4.1", "an extra field", { ...good, note: "hidden" }, "BAD_SCHEMA"],
  ["4.1", "no signatures", { ...good, signatures: [] }, "BAD_SCHEMA"],
  ["4.1", "17 signatures", { ...good, signatures: Array(17).fill(good.signatures[0]) }, "BAD_SCHEMA"],
  ["4.1", "an extra field in a signature", { ...good, signatures: [{ ...good.signatures[0], x: 1 }] }, "BAD_SCHEMA"],
  ["4.1", "a foreign payload type", { ...good, payloadType: "application/json" }, "BAD_SCHEMA"],
  ["4.2", "another type of ours", signEnvelope("application/vnd.overt.other.v1+json", value, [alice]), "WRONG_TYPE"],
  ["4.3", "a text too long to be decoded", { ...good, payload: "!".repeat(92) }, "TOO_LARGE"],
  ["4.4", "base64 without padding", { ...good, payload: good.payload.replaceAll("=", "") }, "BAD_ENCODING"],
  ["4.4", "base64 for URLs", { ...good, payload: "-_-_" }, "BAD_ENCODING"],
  ["4.4", "white space in base64", { ...good, payload: `${good.payload.slice(0, -4)}\nAA=` }, "BAD_ENCODING"],
  ["4.5", "one byte too many", sign(padded(65)), "TOO_LARGE"],
  ["4.6", "a signature that is no base64", withSig("not base64"), "BAD_ENCODING"],
  ["4.6", "a signature of 63 bytes", withSig(toBase64(new Uint8Array(63))), "BAD_ENCODING"],
  [
    "4.6",
    "a malformed signature beside a good one",
    { ...good, signatures: [...good.signatures, { keyid: "0".repeat(64), sig: "AA==" }] },
    "BAD_ENCODING",
  ],
  ["4.6", "a signature of zeros", withSig(toBase64(new Uint8Array(64))), "BAD_SIGNATURE"],
  ["4.6", "a stranger's signature", signEnvelope(sampleType, value, [testKey(9)]), "BAD_SIGNATURE"],
  [
    "4.6",
    "a stranger's signature under a known hint",
    withSig(signEnvelope(sampleType, value, [testKey(9)]).signatures[0]?.sig ?? ""),
    "BAD_SIGNATURE",
  ],
  ["4.7", "bytes that are not UTF-8", sign(new Uint8Array([0x22, 0xff, 0x22])), "BAD_ENCODING"],
  ["4.7", "deep nesting", sign(nested(16)), "TOO_LARGE"],
  ["4.7", "no JSON", sign("{v:1}"), "BAD_JSON"],
  ["4.8", "an extra field in the payload", sign('{"count":1,"extra":1,"id":"a","v":1}'), "BAD_SCHEMA"],
  ["4.8", "__proto__", sign('{"__proto__":{"a":1},"count":1,"id":"a","v":1}'), "BAD_SCHEMA"],
  ["4.8", "an integer that JavaScript rounds", sign('{"count":9007199254740993,"id":"a","v":1}'), "BAD_SCHEMA"],
  ["4.8", "a missing field", sign('{"count":1,"v":1}'), "BAD_SCHEMA"],
  ["4.9", "a duplicate key", sign('{"count":2,"count":1,"id":"a","v":1}'), "NOT_CANONICAL"],
  ["4.9", "1.0", sign('{"count":1.0,"id":"a","v":1}'), "NOT_CANONICAL"],
  ["4.9", "1e2", sign('{"count":1e2,"id":"a","v":1}'), "NOT_CANONICAL"],
  ["4.9", "white space", sign('{"count": 1,"id":"a","v":1}'), "NOT_CANONICAL"],
  ["4.9", "keys out of order", sign('{"v":1,"count":1,"id":"a"}'), "NOT_CANONICAL"],
  ["4.9", "an escape that is not needed", sign('{"count":1,"id":"\\u0061","v":1}'), "NOT_CANONICAL"],
];

describe("each step refuses what it is there for, in both verifiers", () => {
  test.each(refusals)("%s: %s", async (_step, _what, envelope, code) => {
    expect(codeOf(() => verifyEnvelope(envelope, spec))).toBe(code);
    const verify = async (...call: Parameters<typeof verifyEd25519>) => verifyEd25519(...call);
    expect(await codeOfAsync(() => verifyEnvelopeAsync(envelope, { ...spec, verify }))).toBe(code);
  });
  test("every step has a row", () => {
    const steps = new Set(refusals.map(([step]) => step));
    expect([...steps]).toEqual(["4.1", "4.2", "4.3", "4.4", "4.5", "4.6", "4.7", "4.8", "4.9"]);
  });
  test("the largest payload allowed is taken", () => {
    expect(codeOf(() => verifyEnvelope(sign(padded(64)), spec))).toBe("ok");
  });
});

describe("steps come in order", () => {
  test("nothing is read from a payload that nobody known signed", () => {
    const hostile = signRaw(sampleType, new Uint8Array([0xff]), [testKey(9)]);
    expect(codeOf(() => verifyEnvelope(hostile, spec))).toBe("BAD_SIGNATURE");
  });
  test("no signature is checked on a payload past the cap", () => {
    const verify = () => expect.unreachable("asked for a signature");
    expect(codeOf(() => verifyEnvelope(sign(padded(65)), { ...spec, verify }))).toBe("TOO_LARGE");
  });
});

describe("4.6: a threshold counts distinct keys", () => {
  const twoOfThree = { ...spec, threshold: 2 };
  const sigs = (...signers: readonly (typeof alice)[]) => signEnvelope(sampleType, value, signers).signatures;
  const threshold = (signatures: Envelope["signatures"], of: EnvelopeSpec<unknown> = twoOfThree) =>
    codeOf(() => verifyEnvelope({ ...good, signatures }, of));
  test("two keys are two", () => expect(threshold(sigs(alice, carol))).toBe("ok"));
  test("one key is one", () => expect(threshold(sigs(alice))).toBe("THRESHOLD"));
  test("one key signing twice is one", () => {
    expect(threshold([...sigs(alice), ...sigs(alice)])).toBe("THRESHOLD");
  });
  test("one key signing twice under another's hint is one", () => {
    const borrowed = { keyid: sigs(bob)[0]?.keyid ?? "", sig: aliceSig };
    expect(threshold([...sigs(alice), borrowed])).toBe("THRESHOLD");
  });
  test("a stranger adds nothing and spoils nothing", () => {
    expect(threshold([...sigs(alice), ...sigs(testKey(9))])).toBe("THRESHOLD");
    expect(threshold([...sigs(testKey(9)), ...sigs(alice, bob)])).toBe("ok");
  });
  test("a key given twice counts once", () => {
    const doubled = { ...twoOfThree, keys: [alice.publicKey, Uint8Array.from(alice.publicKey)] };
    expect(threshold([...sigs(alice), ...sigs(alice)], doubled)).toBe("THRESHOLD");
  });
  test.each([0, -1, 1.5, Number.NaN])("a threshold of %s lets nothing through", (zero) => {
    expect(threshold(sigs(alice, bob), { ...spec, threshold: zero })).toBe("THRESHOLD");
  });
  test("a wrong hint does not hide a good signature", () => {
    const { signedBy } = verifyEnvelope(withSig(aliceSig), spec);
    expect(signedBy).toEqual(sigs(alice).map(({ keyid }) => keyid));
  });
  test("without keys nothing verifies", () => {
    expect(threshold(sigs(alice), { ...spec, keys: [] })).toBe("BAD_SIGNATURE");
  });
});

describe("reading before the key is known makes every check but the signature", () => {
  const unsigned = refusals.filter(([step]) => step !== "4.2" && step !== "4.6");
  test.each(unsigned)("%s: %s", (_step, _what, envelope, code) => {
    expect(codeOf(() => readUnverified(envelope, Sample, 64))).toBe(code);
  });
  test("a stranger's document is read", () => {
    expect(readUnverified(signEnvelope(sampleType, value, [testKey(9)]), Sample, 64)).toEqual(value);
  });
});
