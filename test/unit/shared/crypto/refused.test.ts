import { join } from "node:path";
import { parseBase64, parseHex, utf8 } from "@overt/shared/bytes.ts";
import { verifyEnvelope } from "@overt/shared/crypto/envelope.ts";
import { openSealed } from "@overt/shared/crypto/seal.ts";
import { boxKeyFromSeed, requireBoxKey } from "@overt/shared/crypto/x25519.ts";
import { verificationCodes } from "@overt/shared/errors.ts";
import { verifyCheckpoint } from "@overt/shared/log/checkpoint.ts";
import { parseVerifierKey } from "@overt/shared/log/note.ts";
import { verifyConsistency, verifyInclusion } from "@overt/shared/log/verify-proof.ts";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { codeOf, Sample } from "../../../support/envelopes.ts";
import { readJsonFolder } from "../../../support/vectors.ts";

const why = z.string();
const proof = z.array(z.string());
const Refused = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("envelope"),
    why,
    payloadType: z.string(),
    keys: z.array(z.string()),
    threshold: z.int(),
    maxBytes: z.int(),
    envelope: z.unknown(),
  }),
  z.strictObject({ kind: z.literal("box-key"), why, key: z.string() }),
  z.strictObject({ kind: z.literal("seal"), why, seed: z.string(), commitment: z.string(), blob: z.string() }),
  z.strictObject({
    kind: z.literal("inclusion"),
    why,
    leafHash: z.string(),
    index: z.int(),
    size: z.int(),
    root: z.string(),
    proof,
  }),
  z.strictObject({
    kind: z.literal("consistency"),
    why,
    size1: z.int(),
    size2: z.int(),
    root1: z.string(),
    root2: z.string(),
    proof,
  }),
  z.strictObject({
    kind: z.literal("checkpoint"),
    why,
    log: z.string(),
    others: z.array(z.string()),
    note: z.string(),
  }),
  z.strictObject({ kind: z.literal("verifier-key"), why, key: z.string() }),
]);

const vectors = readJsonFolder<unknown>(join(import.meta.dirname, "../../../vectors/refused")).map(
  ({ name, value }) => ({
    name,
    code: name.split("-")[0] ?? "",
    vector: Refused.parse(value),
  }),
);

function offer(vector: z.infer<typeof Refused>): unknown {
  switch (vector.kind) {
    case "envelope":
      return verifyEnvelope(vector.envelope, { ...vector, keys: vector.keys.map(parseHex), schema: Sample });
    case "box-key":
      return requireBoxKey(parseHex(vector.key));
    case "seal":
      return openSealed({ ...vector, ...boxKeyFromSeed(parseHex(vector.seed)), blob: parseBase64(vector.blob) });
    case "inclusion":
      return verifyInclusion({
        ...vector,
        leafHash: parseBase64(vector.leafHash),
        root: parseBase64(vector.root),
        proof: vector.proof.map(parseBase64),
      });
    case "consistency":
      return verifyConsistency({
        ...vector,
        root1: parseBase64(vector.root1),
        root2: parseBase64(vector.root2),
        proof: vector.proof.map(parseBase64),
      });
    case "checkpoint":
      return verifyCheckpoint(utf8(vector.note), parseVerifierKey(vector.log), vector.others.map(parseVerifierKey));
    case "verifier-key":
      return parseVerifierKey(vector.key);
  }
}

describe("what must fail fails with the code in its file's name", () => {
  test.each(vectors)("$name", ({ code, vector }) => expect(codeOf(() => offer(vector))).toBe(code));
  test("every code of envelopes, seals, proofs and notes has a file", () => {
    const first = verificationCodes.slice(0, verificationCodes.indexOf("NOT_RECIPIENT") + 1);
    expect(first.filter((code) => !vectors.some((vector) => vector.code === code))).toEqual([]);
  });
});
