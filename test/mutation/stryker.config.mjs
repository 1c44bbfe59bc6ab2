import { join } from "node:path";

const rules = "shared/src/rules";
/** Gate and matcher: what decides whether anything is seen at all, and what. */
const parts = [
  "gate.ts",
  "match.ts",
  "precedence.ts",
  "protected-hosts.ts",
  "hosts.ts",
  "host-index.ts",
  "host-suffixes.ts",
  "paths.ts",
  "path-index.ts",
  "destination-rules.ts",
  "destination-data.ts",
  "destination.ts",
  "plain-address.ts",
  "escapes.ts",
  "search.ts",
  "wrappers.ts",
  "hours.ts",
  "facts.ts",
  "terms.ts",
  "suppress.ts",
  "text/*.ts",
  "behaviour/*.ts",
];

export default {
  testRunner: "vitest",
  plugins: [import.meta.resolve("@stryker-mutator/vitest-runner")],
  vitest: { configFile: join("test", "mutation", "vitest.config.ts"), related: false },
  mutate: parts.map((part) => `${rules}/${part}`),
  concurrency: 2,
  coverageAnalysis: "perTest",
  disableTypeChecks: true,
  ignorePatterns: ["docs", "dist", ".overt", "test/bench", "test/e2e"],
  tempDirName: ".overt/mutation",
  reporters: ["clear-text", "progress-append-only", "json"],
  clearTextReporter: { allowColor: false, reportTests: false, skipFull: true },
  jsonReporter: { fileName: ".overt/mutation.json" },
  thresholds: { high: 95, low: 90, break: 90 },
};
