import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** Type-checks every project of the repository; stops with 1 when any has an error. */
const projects = [
  "shared",
  "agent",
  "agent/extension",
  "agent/src/notice/client",
  "server",
  "server/src/views/client",
  "scripts",
  "test",
];
const root = join(import.meta.dirname, "..", "..");

let failed = 0;
for (const project of projects) {
  const done = spawnSync(
    process.execPath,
    [join(root, "node_modules", "typescript", "bin", "tsc"), "--noEmit", "-p", join(root, project)],
    {
      cwd: root,
      stdio: "inherit",
    },
  );
  console.log(`${done.status === 0 ? "ok    " : "FAILED"} types of ${project}`);
  if (done.status !== 0) failed += 1;
}
process.exit(failed === 0 ? 0 : 1);
