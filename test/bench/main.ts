import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** Every bench program there is, each in a process of its own; options are passed on. */
const programs = ["rules.ts"];

let failed = 0;
for (const program of programs) {
  const run = spawnSync(process.execPath, [join(import.meta.dirname, program), ...process.argv.slice(2)], {
    stdio: "inherit",
  });
  if (run.status !== 0) failed += 1;
}
process.exitCode = failed === 0 ? 0 : 1;
