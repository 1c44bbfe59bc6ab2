import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const names = ["chromium", "chromium-browser", "google-chrome-for-testing"];

/** The path of a Chromium on PATH, or undefined. `CHROMIUM` names another one. */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (env["CHROMIUM"] !== undefined && existsSync(env["CHROMIUM"])) return env["CHROMIUM"];
  for (const folder of (env["PATH"] ?? "").split(delimiter)) {
    for (const name of names) {
      const candidate = join(folder, name);
      if (existsSync(candidate)) return candidate;
    }
  }
  return undefined;
}

/** How to get one, in a sentence for the reader. */
export const chromiumAdvice =
  "Chromium was not found. On Debian or Ubuntu: sudo apt-get install --no-install-recommends chromium. Elsewhere: install Chromium and set CHROMIUM to its path.";

/** Installs Debian's Chromium where this process may (root with apt-get) and says so; returns its path or undefined. */
export function ensureChromium(say: (line: string) => void): string | undefined {
  const found = findChromium();
  if (found !== undefined) return found;
  const isRoot = process.getuid?.() === 0;
  if (!isRoot || !existsSync("/usr/bin/apt-get")) {
    say(chromiumAdvice);
    return undefined;
  }
  say("Chromium is missing; installing Debian's package (about 20 s).");
  const quiet = { stdio: ["ignore", "ignore", "inherit"] as ("ignore" | "inherit")[] };
  spawnSync("apt-get", ["update", "-qq"], quiet);
  spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-dejavu-core"], {
    ...quiet,
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  const installed = findChromium();
  if (installed === undefined) say(chromiumAdvice);
  return installed;
}
