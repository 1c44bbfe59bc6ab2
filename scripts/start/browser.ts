import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { bridgeAddress } from "@overt/agent/bridge/address.ts";
import { extensionId, nativeHostName } from "@overt/agent/bridge/identity.ts";
import { profileFolders } from "@overt/agent/platform/browser/folders.ts";
import { planHost } from "@overt/agent/platform/browser/host-manifest.ts";
import { installBrowserFiles } from "@overt/agent/platform/browser/install.ts";
import { seedProfile } from "@overt/agent/platform/browser/seed-profile.ts";

/** A Chromium of its own for practice: throw-away profile, the built extension, the practice web. */
export interface PracticeBrowser {
  readonly executable: string;
  readonly profile: string;
  readonly args: readonly string[];
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
  return {
    executable: options.executable,
    profile,
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

/** Opens a window with these pages, each in a tab. */
export function openWindow(browser: PracticeBrowser, pages: readonly string[]): ChildProcess {
  return spawn(browser.executable, [...browser.args, `--user-data-dir=${browser.profile}`, ...pages], {
    stdio: "ignore",
    detached: process.platform !== "win32",
  });
}

/** Whether a window could be seen here. */
export function hasDisplay(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): boolean {
  return platform !== "linux" || Boolean(env["DISPLAY"]) || Boolean(env["WAYLAND_DISPLAY"]);
}
