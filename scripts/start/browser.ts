import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { bridgeAddress } from "@overt/agent/bridge/address.ts";
import { extensionId, nativeHostName } from "@overt/agent/bridge/identity.ts";
import { profileFolders } from "@overt/agent/platform/browser/folders.ts";
import { planHost } from "@overt/agent/platform/browser/host-manifest.ts";
import { installBrowserFiles } from "@overt/agent/platform/browser/install.ts";
import { seedProfile } from "@overt/agent/platform/browser/seed-profile.ts";
import { endChild } from "./children.ts";

/** A Chromium of its own for practice: throw-away profile and home, the built extension, the practice web. */
export interface PracticeBrowser {
  readonly executable: string;
  readonly profile: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What Chromium itself has to say. */
  readonly log: string;
}

/** Makes the profile, tells it of the native host and pins the badge. Nothing outside `folder` is written. */
export function preparePracticeBrowser(options: {
  readonly executable: string;
  readonly folder: string;
  readonly dist: string;
  readonly agentState: string;
  readonly sitePort: number;
}): PracticeBrowser {
  const profile = join(options.folder, "browser-profile");
  const extension = join(options.dist, "extension");
  const plan = planHost({
    family: "chromium",
    hostName: nativeHostName,
    extensionIds: [extensionId],
    manifestFolder: profileFolders(profile).nativeHosts,
    scriptFolder: options.folder,
    command: [process.execPath, join(options.dist, "native-host.mjs")],
    bridge: bridgeAddress(options.agentState),
    platform: process.platform,
  });
  installBrowserFiles({ plan, receiptFile: join(options.folder, "browser-files.json") });
  seedProfile(profile, extensionId);
  const logs = join(options.folder, "logs");
  mkdirSync(logs, { recursive: true });
  return {
    executable: options.executable,
    profile,
    env: homeEnvironment(join(options.folder, "browser-home")),
    log: join(logs, "chromium.log"),
    args: [
      // Chromium refuses its sandbox to root; people do not run browsers as root, containers do.
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      "--disable-gpu",
      "--no-first-run",
      "--no-default-browser-check",
      "--disable-sync",
      "--disable-component-update",
      `--disable-extensions-except=${extension}`,
      `--load-extension=${extension}`,
      `--host-resolver-rules=MAP *.practice.example 127.0.0.1:${options.sitePort}`,
    ],
  };
}

/** Beside its profile Chromium writes crash settings, caches and certificates to the account's home: it gets another. */
function homeEnvironment(home: string): Record<string, string> {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  return {
    HOME: home,
    XDG_CONFIG_HOME: join(home, "config"),
    XDG_CACHE_HOME: join(home, "cache"),
    XDG_DATA_HOME: join(home, "data"),
    // Reading the real home's key to the display is all that is left of it.
    XAUTHORITY: process.env["XAUTHORITY"] ?? join(homedir(), ".Xauthority"),
  };
}

/** A window on the screen. */
export interface OpenWindow {
  /** Resolves when it is gone, with whether Chromium ended with an error. */
  readonly closed: Promise<{ readonly failed: boolean }>;
  close(): Promise<void>;
}

/** Opens a window with these pages, each in a tab. */
export function openWindow(browser: PracticeBrowser, pages: readonly string[]): OpenWindow {
  const log = openSync(browser.log, "w", 0o600);
  const child = spawn(browser.executable, [...browser.args, `--user-data-dir=${browser.profile}`, ...pages], {
    stdio: ["ignore", log, log],
    env: { ...process.env, ...browser.env },
    detached: process.platform !== "win32",
  });
  closeSync(log);
  return {
    closed: new Promise((resolve) => {
      child.once("error", () => resolve({ failed: true }));
      child.once("exit", (code) => resolve({ failed: code !== 0 && code !== null }));
    }),
    close: () => endChild(child, (signal) => killGroup(child, signal)),
  };
}

/** Chromium is many processes; on Windows ending the first ends all. */
function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (process.platform === "win32" || child.pid === undefined) child.kill(signal);
  else process.kill(-child.pid, signal);
}

/** Whether a window could be seen here. */
export function hasDisplay(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): boolean {
  return platform !== "linux" || Boolean(env["DISPLAY"]) || Boolean(env["WAYLAND_DISPLAY"]);
}
