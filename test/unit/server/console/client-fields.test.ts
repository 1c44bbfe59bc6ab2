import { EvidenceLevel1, EvidenceLevel2, SealedStatement } from "@overt/shared/protocol/evidence.ts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readLines } from "../../../../server/src/views/client/open.ts";

const levels = [
  [0, SealedStatement, { v: 1, text: "words" }],
  [1, EvidenceLevel1, { v: 1, level: 1, host: "shop.example", maskedTerm: "s**p" }],
  [2, EvidenceLevel2, { v: 1, level: 2, url: "https://shop.example/", title: "", context: "a b c" }],
] as const;

test.each(levels)("the browser reads level %i exactly where the protocol's schema does", (level, schema, good) => {
  const accepts = (json: unknown) => {
    try {
      readLines(json, level);
      return true;
    } catch {
      return false;
    }
  };
  expect(accepts(good)).toBe(true);
  const names = Object.keys(good);
  const values = fc.oneof(
    fc.string({ maxLength: 20 }),
    fc.constantFrom(1, 2, null, "", {}, ["a"]),
    ...[253, 254, 400, 401, 1_024, 1_025, 2_000, 2_001, 4_096, 4_097].map((n) => fc.constant("x".repeat(n))),
  );
  fc.assert(
    fc.property(fc.constantFrom(...names, "extra", "v"), values, fc.boolean(), (name, value, remove) => {
      const changed: Record<string, unknown> = { ...good, [name]: value };
      if (remove) Reflect.deleteProperty(changed, name);
      expect(accepts(changed)).toBe(schema.safeParse(changed).success);
    }),
    { numRuns: 400 },
  );
  for (const odd of [null, undefined, 1, "x", [], [good]]) expect(accepts(odd)).toBe(false);
});
