import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ensureChromium } from "../scripts/setup/chromium.ts";

const help = `npm test [-- options] [name …]      the whole suite, or the files whose path holds a name
  --full     longer crash, fuzz and property runs (npm run test:full)
  --help     this text
CONFORMANCE_VECTORS names the folder of outside test vectors; without it those tests are reported as skipped.`;

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numFailedTestSuites: number;
  readonly success: boolean;
}

const root = join(import.meta.dirname, "..");
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { full: { type: "boolean" }, help: { type: "boolean" } },
});
if (values.help) {
  console.log(help);
  process.exit(0);
}

const env: NodeJS.ProcessEnv = { ...process.env };
const vectors = join(root, "..", "shared", "vectors");
if (env["CONFORMANCE_VECTORS"] === undefined && existsSync(vectors)) env["CONFORMANCE_VECTORS"] = vectors;
if (values.full) Object.assign(env, { CHAOS_RUNS: "500", PROPERTY_RUNS: "1000000", FULL: "1" });

const chromium = ensureChromium((line) => console.log(`test: ${line}`));
if (chromium !== undefined) env["CHROMIUM"] = chromium;

console.log("test: building what a browser loads");
const built = spawnSync(process.execPath, [join(root, "scripts", "build", "main.ts")], { cwd: root, stdio: "inherit" });
if (built.status !== 0) process.exit(1);

const folder = join(root, ".overt", "test");
const reportFile = join(folder, "report.json");
mkdirSync(folder, { recursive: true });
rmSync(reportFile, { force: true });
const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
const run = spawnSync(
  process.execPath,
  [
    vitest,
    "run",
    "--config",
    join(root, "test", "vitest.config.ts"),
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${reportFile}`,
    ...positionals,
  ],
  { cwd: root, env, stdio: "inherit" },
);

if (!existsSync(reportFile)) {
  console.error("test: the test runner ended without a report.");
  process.exit(run.status === 0 ? 1 : (run.status ?? 1));
}
const report = JSON.parse(readFileSync(reportFile, "utf8")) as Report;
console.log(
  `${report.numPassedTests} passed, ${report.numFailedTests} failed, ${report.numPendingTests + report.numTodoTests} skipped`,
);
const good = run.status === 0 && report.success && report.numPassedTests > 0;
process.exit(good ? 0 : 1);
