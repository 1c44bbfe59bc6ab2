import { join } from "node:path";
import { measureMaking, percentile } from "@overt/scripts/authority/rules/bench/measure.ts";
import { measureBundle } from "@overt/scripts/authority/rules/commands/bench.ts";
import { expect, test } from "vitest";

const example = join(import.meta.dirname, "..", "..", "..", "..", "scripts", "authority", "example");

test("the example is measured: every step, every kind of decision, and what is kept", () => {
  const said: string[] = [];
  const measured = measureBundle(example, [], (line) => said.push(line));
  expect(measured.steps.map(({ step }) => step)).toEqual([
    "read and check the source",
    "compile",
    "verify bytes and get ready",
  ]);
  for (const { milliseconds } of measured.steps) expect(milliseconds).toBeGreaterThan(0);
  expect(measured.published).toBeGreaterThan(10_000);
  expect(measured.bytes).toBeGreaterThan(10_000);
  for (const { median, p99 } of measured.decisions) expect(p99).toBeGreaterThanOrEqual(median);
  const matched = Object.fromEntries(measured.decisions.map((one) => [one.name, one.matched]));
  expect(matched["visits that no rule means"]).toBe(0);
  expect(matched["titles that no rule means"]).toBe(0);
  expect(matched["the bundle's own examples"]).toBeGreaterThan(500);
  expect(said.length).toBeGreaterThan(5);
});

test("a percentile is a time that was measured", () => {
  const times = Float64Array.from({ length: 200 }, (_, n) => n + 1);
  expect([percentile(times, 0.5), percentile(times, 0.99), percentile(times, 1)]).toEqual([100, 198, 200]);
});

test("what is kept is counted, what is thrown away is not", () => {
  const kept = measureMaking(() => new Uint8Array(8_000_000));
  const thrown = measureMaking(() => new Uint8Array(8_000_000).length);
  expect(kept.bytes).toBeGreaterThan(7_000_000);
  expect(thrown.bytes).toBeLessThan(4_000_000);
});

test("a bundle that is not there is said", () => {
  expect(() => measureBundle(join(example, "nowhere"), [], () => undefined)).toThrow(/There is nothing at/);
});
