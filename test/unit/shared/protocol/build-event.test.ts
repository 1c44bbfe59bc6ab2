import { randomBytes } from "node:crypto";
import { parseUtf8 } from "@overt/shared/bytes.ts";
import { openSealed } from "@overt/shared/crypto/seal.ts";
import { boxKeyFromSeed } from "@overt/shared/crypto/x25519.ts";
import { buildHealthEvent, buildMatchEvent, buildStatement } from "@overt/shared/protocol/build-event.ts";
import { Event, ResolvedId } from "@overt/shared/protocol/event.ts";
import { Statement } from "@overt/shared/protocol/statement.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";

const random = (n: number) => new Uint8Array(randomBytes(n));
const hash = "ab".repeat(32);
const chain = {
  deviceId: "cd".repeat(16),
  seq: 4,
  prev: hash,
  at: 1_800_000_000,
  elapsedSeconds: 12,
  bootId: "ef".repeat(16),
  orderHash: hash,
};
const facts = {
  ruleId: "adult-sites",
  ruleRevision: 1,
  ruleSetVersion: 3,
  clauseId: "clause-4",
  category: "adult-content",
  severity: "normal",
  channel: "extension",
  cause: "user-navigation",
  count: 1,
  windowSeconds: 0,
  orderUnconfirmed: false,
} as const;
const device = boxKeyFromSeed(random(32));
const reviewer = boxKeyFromSeed(random(32));
const recipients = [device.publicKey, reviewer.publicKey];

/** Every string that a schema lets through must be a literal, an enum, of a fixed length in hex, or resolved by the receiver. */
function freeStrings(schema: z.core.$ZodType, path: string): string[] {
  if (schema === ResolvedId) return [];
  const { def } = (schema as z.ZodType)._zod;
  if (schema instanceof z.ZodObject) {
    const open = schema.def.catchall?._zod.def.type === "never" ? [] : [`${path} lets unknown fields through`];
    return [
      ...open,
      ...Object.entries(schema.shape).flatMap(([name, member]) => freeStrings(member, `${path}.${name}`)),
    ];
  }
  if (schema instanceof z.ZodArray) {
    const bounded = schema.def.checks?.some((check) => check._zod.def.check === "max_length") === true;
    return [...(bounded ? [] : [`${path} has no bound`]), ...freeStrings(schema.element, `${path}[]`)];
  }
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option, i) => freeStrings(option, `${path}|${i}`));
  if (schema instanceof z.ZodOptional) return freeStrings(schema.unwrap(), path);
  if (schema instanceof z.ZodLiteral || schema instanceof z.ZodEnum) return [];
  if (schema instanceof z.ZodNumber) {
    const { minValue, maxValue, isInt } = schema;
    return isInt && Number.isFinite(minValue) && Number.isFinite(maxValue)
      ? []
      : [`${path} is a number without bounds`];
  }
  if (schema instanceof z.ZodString) {
    const patterns = (def as z.core.$ZodStringDef).checks?.map((check) => {
      const { pattern } = check._zod.def as { pattern?: RegExp };
      return pattern?.source ?? "";
    });
    return patterns?.some((source) => /^\^\[0-9a-f\]\{\d+\}\$$/.test(source)) ? [] : [`${path} is a free string`];
  }
  return [`${path} is of a kind nobody has judged (${def.type})`];
}

describe("an event has no free string", () => {
  test("no field of any event kind, nor of a statement, is one", () => {
    expect([...freeStrings(Event, "event"), ...freeStrings(Statement, "statement")]).toEqual([]);
  });
  test("the walk finds a free string, an unbounded list and a stripping object", () => {
    const bad = z.strictObject({
      a: z.string(),
      b: z.array(z.literal(1)),
      c: z.object({ d: z.string().max(9) }),
      e: z.number(),
    });
    expect(freeStrings(bad, "x")).toEqual([
      "x.a is a free string",
      "x.b has no bound",
      "x.c lets unknown fields through",
      "x.c.d is a free string",
      "x.e is a number without bounds",
    ]);
  });
});

describe("the builder", () => {
  const secret = fc.string({ unit: "binary", minLength: 12, maxLength: 3_000 });
  test("lets no word of what was seen into the event, and only the levels that the clause allows into seals", () => {
    fc.assert(
      fc.property(
        secret,
        secret,
        secret,
        fc.constantFrom(0 as const, 1 as const, 2 as const),
        (url, title, context, maxLevel) => {
          const seen = { maxLevel, host: "secret-host.example", maskedTerm: "s•••••", url, title, context };
          const { event, blobs } = buildMatchEvent({ facts, seen, chain, recipients, random });
          const wire = JSON.stringify(event) + blobs.map((blob) => Buffer.from(blob.bytes).toString("latin1")).join("");
          for (const text of [seen.host, url, title, context]) expect(wire.includes(text)).toBe(false);
          expect(blobs.length).toBe(maxLevel);
          expect(event.evidence?.map((one) => one.level)).toEqual(
            maxLevel === 0 ? undefined : [1, 2].slice(0, maxLevel),
          );
        },
      ),
      { numRuns: 60 },
    );
  });
  test("seals what a recipient reads again, the person among them", () => {
    const seen = {
      maxLevel: 2,
      host: "a.example",
      maskedTerm: "t•••",
      url: "https://a.example/x",
      title: "T",
      context: "some term here",
    } as const;
    const { event, blobs } = buildMatchEvent({ facts, seen, chain, recipients, random });
    for (const reader of [device, reviewer]) {
      const [first, second] = (event.evidence ?? []).map((reference, i) => {
        const blob = blobs[i]?.bytes ?? new Uint8Array();
        return JSON.parse(parseUtf8(openSealed({ blob, ...reader, commitment: reference.commitment })));
      });
      expect(first).toEqual({ v: 1, level: 1, host: "a.example", maskedTerm: "t•••" });
      expect(second).toEqual({ v: 1, level: 2, url: seen.url, title: "T", context: seen.context });
    }
  });
  test("says that the order is unconfirmed only when it is", () => {
    const seen = { maxLevel: 0, host: "", maskedTerm: "", url: "", title: "", context: "" } as const;
    const build = (orderUnconfirmed: boolean) =>
      buildMatchEvent({ facts: { ...facts, orderUnconfirmed }, seen, chain, recipients, random }).event;
    expect(build(true).orderUnconfirmed).toBe(true);
    expect("orderUnconfirmed" in build(false)).toBe(false);
  });
  test("makes health events and statements of the same chain", () => {
    const start = buildHealthEvent({ fields: { kind: "start", reason: "enrolled" }, chain, random });
    expect(start).toMatchObject({ kind: "start", seq: 4, prev: hash });
    const { statement, blob } = buildStatement({
      kind: "explain",
      about: hash,
      text: "It was my sister.",
      chain,
      recipients,
      random,
    });
    expect(statement).toMatchObject({
      kind: "explain",
      about: hash,
      text: { level: 1, ciphertextSha256: blob.sha256 },
    });
  });
});
