import { blake2s } from "@noble/hashes/blake2.js";
import { buildFilter } from "@overt/shared/rules/lists/build-filter.ts";
import { FuseFilter } from "@overt/shared/rules/lists/fuse-filter.ts";
import { HostDigest } from "@overt/shared/rules/lists/host-digest.ts";
import fc from "fast-check";
import { expect, test } from "vitest";

const numRuns = Math.min(Number(process.env["PROPERTY_RUNS"] ?? 2_000), 100_000);

test("a host's digest is the beginning of BLAKE2s, with and without a key", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(..."abcxyz019.-_:"), minLength: 1, maxLength: 253 }),
      fc.nat(300),
      fc.option(fc.uint8Array({ minLength: 32, maxLength: 32 }), { nil: undefined }),
      (host, skipped, key) => {
        const digest = new HostDigest(key);
        digest.take("before", 0);
        digest.take(`${"x".repeat(skipped)}${host}`, skipped);
        const bytes = blake2s(new TextEncoder().encode(host), key === undefined ? {} : { key });
        expect([digest.first, digest.second, digest.third]).toEqual([...new Int32Array(bytes.slice(0, 12).buffer)]);
      },
    ),
    { numRuns },
  );
});

test("a filter holds every hash it was built of", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { maxLength: 3_000 }), (hashes) => {
      const { shape, table } = buildFilter(Int32Array.from(hashes).sort());
      const filter = new FuseFilter(shape, table);
      expect(hashes.filter((hash) => !filter.mayHold(hash))).toEqual([]);
    }),
    { numRuns: Math.min(numRuns, 300) },
  );
});

test("a filter lets one in 256 others pass, and takes nine bits a hash", () => {
  const hashes = Int32Array.from({ length: 100_000 }, (_, i) => Math.imul(i, 0x9e3779b1)).sort();
  const { shape, table } = buildFilter(hashes);
  const filter = new FuseFilter(shape, table);
  let passed = 0;
  for (let i = 0; i < 1_000_000; i++) if (filter.mayHold(Math.imul(i + 100_000, 0x9e3779b1))) passed++;
  expect(passed).toBeGreaterThan(3_400);
  expect(passed).toBeLessThan(4_400);
  expect(table.length).toBeLessThan(hashes.length * 1.2);
});
