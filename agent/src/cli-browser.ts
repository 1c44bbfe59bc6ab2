import { existsSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "@overt/shared/errors.ts";
import { bridgeAddress } from "./bridge/address.ts";
import { extensionId, nativeHostName } from "./bridge/identity.ts";
import { type BrowserName, findSystemFolders, profileFolders } from "./platform/browser/folders.ts";
import { planHost } from "./platform/browser/host-manifest.ts";
import { installBrowserFiles, removeBrowserFiles } from "./platform/browser/install.ts";
import { planChromiumPolicy } from "./platform/browser/managed-policy.ts";
import { joinPlans } from "./platform/browser/plan.ts";
import { buildRegistry } from "./platform/browser/registry.ts";

export interface BrowserInstallOptions {
  readonly stateFolder: string;
  /** A profile folder: nothing outside it is touched. Left out: for all accounts, which needs the administrator. */
  readonly profile: string | undefined;
  readonly browser: string;
  /** The native host's bundled file. */
  readonly hostFile: string;
  /** Address of the extension's update description; given, the browser installs it by policy. */
  readonly updateUrl: string | undefined;
}

const names: readonly BrowserName[] = ["chromium", "chrome", "edge"];
const registryKeys: Readonly<Record<string, string>> = {
  chromium: "HKCU\\Software\\Chromium\\NativeMessagingHosts",
  chrome: "HKCU\\Software\\Google\\Chrome\\NativeMessagingHosts",
  edge: "HKCU\\Software\\Microsoft\\Edge\\NativeMessagingHosts",
};

/** Tells a browser of the native host, and of the policy where one is wanted. Answers the files that were written. */
export function installBrowser(options: BrowserInstallOptions): readonly string[] {
  const { stateFolder, profile, hostFile, updateUrl } = options;
  const { platform } = process;
  const browser = names.find((name) => name === options.browser);
  if (browser === undefined) throw new ConfigError("USAGE", `Name one of these browsers: ${names.join(", ")}.`);
  if (!existsSync(hostFile)) {
    throw new ConfigError("MISSING_FILE", "The native host is not built yet. Run the build first (npm run build).");
  }
  const windows = { nativeHosts: join(stateFolder, "browser") };
  const folders = profile === undefined ? (findSystemFolders(browser, platform) ?? windows) : profileFolders(profile);
  const registryKey = registryKeys[browser];
  const host = planHost({
    family: "chromium",
    hostName: nativeHostName,
    extensionIds: [extensionId],
    manifestFolder: folders.nativeHosts,
    scriptFolder: join(stateFolder, "browser"),
    command: [process.execPath, hostFile],
    bridge: bridgeAddress(stateFolder),
    platform,
    ...(registryKey !== undefined && { registryKey }),
  });
  const plans = [host];
  if (updateUrl !== undefined) {
    if (!("policy" in folders) || folders.policy === undefined) {
      throw new ConfigError("USAGE", "A policy is for all accounts of a Linux device: leave --profile out.");
    }
    const policy = { folder: folders.policy, hostName: nativeHostName, extensionId, updateUrl, platform };
    plans.push(planChromiumPolicy(policy));
  }
  const plan = joinPlans(plans);
  installBrowserFiles({ plan, receiptFile: receiptFile(stateFolder), registry: buildRegistry() });
  return plan.files.map((file) => file.path);
}

/** Undoes it. Answers what was removed, and what somebody changed since and was left. */
export function uninstallBrowser(stateFolder: string): ReturnType<typeof removeBrowserFiles> {
  return removeBrowserFiles(receiptFile(stateFolder), buildRegistry());
}

function receiptFile(stateFolder: string): string {
  return join(stateFolder, "browser-files.json");
}
