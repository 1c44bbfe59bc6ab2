import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

test("a million misses allocate nothing", () => {
  // A young generation that never fills: what is allocated stays and is counted.
  const flags = ["--expose-gc", "--min-semi-space-size=128", "--max-semi-space-size=128"];
  const run = spawnSync(process.execPath, [...flags, join(import.meta.dirname, "count-misses.ts")], {
    encoding: "utf8",
  });
  expect(run.stderr).toBe("");
  const { misses, matches, bytesOfAQuarter } = JSON.parse(run.stdout) as Record<string, number>;
  expect(matches).toBe(0);
  expect(misses).toBe(1_000_000);
  // Less than a tenth of a byte for each: what the program around them needs.
  expect(bytesOfAQuarter).toBeLessThan(25_000);
});
