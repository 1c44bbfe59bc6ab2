import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: dirname(dirname(fileURLToPath(import.meta.url))),
  test: {
    include: ["test/**/*.test.ts"],
    pool: "forks",
    // Two cores: browsers and killed processes need theirs.
    maxWorkers: 2,
    // The longer runs of `npm run test:full` are bounded as a whole, not one by one.
    testTimeout: process.env["FULL"] === undefined ? 60_000 : 1_800_000,
    hookTimeout: 120_000,
    unstubEnvs: true,
  },
});
