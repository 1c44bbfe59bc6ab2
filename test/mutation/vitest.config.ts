import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The unit tests of the rules over a copy of the sources in which one thing is changed. */
export default defineConfig({
  root,
  // The workspace links lead out of the copy.
  resolve: { alias: [{ find: /^@overt\/shared\/(.*)$/, replacement: `${root}/shared/src/$1` }] },
  test: {
    include: ["test/unit/shared/rules/**/*.test.ts"],
    exclude: ["test/unit/shared/rules/lists/**", "test/unit/shared/rules/text-laws.test.ts"],
    setupFiles: ["test/mutation/setup.ts"],
    testTimeout: 60_000,
  },
});
