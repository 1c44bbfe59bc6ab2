import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { type BrowserContext, chromium, type Worker } from "playwright-core";
import { chromiumAdvice, findChromium } from "../../scripts/setup/chromium.ts";

/** Why tests with a real browser cannot run here, or undefined. */
export function findChromiumObstacle(): string | undefined {
  return findChromium() ? undefined : chromiumAdvice;
}

export interface Launch {
  readonly userDataDir: string;
  /** Loaded unpacked; absent where policy installs it. */
  readonly extensionDir?: string;
  readonly headless?: boolean;
  /** Port of a local site that every name under `.example` and `.test` leads to. */
  readonly sitePort?: number;
  readonly args?: readonly string[];
}

/** Real Chromium with the extension and a profile of its own, driven by Playwright; close the context when done. */
export function launchChromium(options: Launch): Promise<BrowserContext> {
  return chromium.launchPersistentContext(options.userDataDir, {
    executablePath: requireChromium(),
    headless: options.headless ?? true,
    viewport: null,
    // The first keeps all extensions out, the second stops their installation by policy.
    ignoreDefaultArgs: ["--disable-extensions", "--disable-background-networking"],
    args: browserArguments(options),
  });
}

/**
 * Chromium as a person starts it, without anything that drives it: Playwright turns prerendering off. Ends with
 * `stopChromium`.
 */
export function spawnChromium(options: Launch, url: string): ChildProcess {
  const args = [...browserArguments(options), `--user-data-dir=${options.userDataDir}`, "--headless=new", url];
  return spawn(requireChromium(), args, { stdio: "ignore", detached: true });
}

export function stopChromium(child: ChildProcess): Promise<void> {
  return new Promise((done) => {
    child.once("exit", () => done());
    if (child.pid !== undefined) process.kill(-child.pid);
  });
}

/** The extension's service worker; a force-installed one is shown only under the policy DeveloperToolsAvailability 1. */
export async function findWorker(context: BrowserContext, extensionId: string): Promise<Worker> {
  const known = context.serviceWorkers().find((worker) => worker.url().includes(extensionId));
  return known ?? context.waitForEvent("serviceworker", (worker) => worker.url().includes(extensionId));
}

/** Ids of the processes that run this file, such as a native host under its own folder. */
export function findProcesses(file: string): number[] {
  const lines = execFileSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" }).split("\n");
  return lines.filter((line) => line.includes(file)).map((line) => Number.parseInt(line, 10));
}

function requireChromium(): string {
  const path = findChromium();
  if (path === undefined) throw new Error(chromiumAdvice);
  return path;
}

function browserArguments(options: Launch): string[] {
  const rules = ["MAP *.example", "MAP *.test"].map((rule) => `${rule} 127.0.0.1:${options.sitePort ?? 9}`);
  return [
    ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    "--disable-gpu",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-sync",
    "--disable-component-update",
    `--host-resolver-rules=${rules.join(", ")}`,
    ...(options.extensionDir
      ? [`--disable-extensions-except=${options.extensionDir}`, `--load-extension=${options.extensionDir}`]
      : []),
    ...(options.args ?? []),
  ];
}
