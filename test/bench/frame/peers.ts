import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const folder = join(import.meta.dirname, "..");
const modules = join(folder, "node_modules");

function runNpm(args: readonly string[], timeout: number): boolean {
  const windows = process.platform === "win32";
  const done = spawnSync(windows ? "npm.cmd" : "npm", args, {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, RE2_DOWNLOAD_SKIP_PATH: "1" },
    shell: windows,
    timeout,
  });
  return done.status === 0;
}

/** Installs what the benches compare with, on the first run and whenever its lock file changed. No script of a package runs. */
export function installPeers(progress: (text: string) => void): void {
  const lock = createHash("sha256")
    .update(readFileSync(join(folder, "package-lock.json")))
    .digest("hex");
  const stamp = join(modules, ".overt-lock");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  progress("installing the packages that are compared with; the first time takes about half a minute");
  if (!runNpm(["ci", "--ignore-scripts", "--no-audit", "--no-fund"], 300_000)) {
    throw new Error("The packages to compare with could not be installed: is the npm registry within reach?");
  }
  writeFileSync(stamp, lock);
}

/**
 * True where the native `re2` loads; it is built on the first run, which takes some minutes and a C++ compiler. It is one
 * contender of several, and a run without it says so.
 */
export function hasRe2(progress: (text: string) => void): boolean {
  const load = () => {
    try {
      createRequire(import.meta.url)("re2");
      return true;
    } catch {
      return false;
    }
  };
  const tried = join(modules, ".overt-re2");
  if (load()) return true;
  if (existsSync(tried)) return false;
  progress("building re2; this takes some minutes, once");
  const prefix = dirname(dirname(process.execPath));
  const headers = existsSync(join(prefix, "include", "node", "node.h")) ? [`--nodedir=${prefix}`] : [];
  // The project's own npm settings run no script of any package, and npm hands them on; this one is built by its script.
  runNpm(["rebuild", "re2", "--ignore-scripts=false", ...headers], 900_000);
  writeFileSync(tried, "");
  return load();
}
