import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Changes gate and matcher in one place after another and asks the tests whether they notice. Arguments are passed on to
 * Stryker: `npm run mutation -- --mutate shared/src/rules/gate.ts`.
 */
const folder = import.meta.dirname;
const root = join(folder, "..", "..");
const modules = join(folder, "node_modules");
const stamp = join(modules, ".overt-lock");
const lock = createHash("sha256")
  .update(readFileSync(join(folder, "package-lock.json")))
  .digest("hex");

if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== lock) {
  console.error("mutation: installing Stryker; the first time takes about half a minute");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const done = spawnSync(npm, ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
    shell: process.platform === "win32",
  });
  if (done.status !== 0) {
    console.error("mutation: Stryker could not be installed: is the npm registry within reach?");
    process.exit(1);
  }
  writeFileSync(stamp, lock);
}
const stryker = join(modules, "@stryker-mutator", "core", "bin", "stryker.js");
const run = spawnSync(
  process.execPath,
  [stryker, "run", join("test", "mutation", "stryker.config.mjs"), ...process.argv.slice(2)],
  // Few cases a change: thousands of changes are tried.
  { cwd: root, stdio: "inherit", env: { PROPERTY_RUNS: "400", ...process.env } },
);
process.exit(run.status ?? 1);
