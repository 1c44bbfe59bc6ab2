import { join } from "node:path";

/** Where one browser looks for native hosts and for the agency's policy. */
export interface BrowserFolders {
  readonly nativeHosts: string;
  /** A folder for Chromium's kind, one file for Firefox; absent where policy does not come from files. */
  readonly policy?: string;
}

export type BrowserName = "chromium" | "chrome" | "edge" | "firefox";

const linux: Record<BrowserName, BrowserFolders> = {
  chromium: { nativeHosts: "/etc/chromium/native-messaging-hosts", policy: "/etc/chromium/policies/managed" },
  chrome: { nativeHosts: "/etc/opt/chrome/native-messaging-hosts", policy: "/etc/opt/chrome/policies/managed" },
  edge: { nativeHosts: "/etc/opt/edge/native-messaging-hosts", policy: "/etc/opt/edge/policies/managed" },
  firefox: { nativeHosts: "/usr/lib/mozilla/native-messaging-hosts", policy: "/etc/firefox/policies/policies.json" },
};

const mac: Record<BrowserName, BrowserFolders> = {
  chromium: { nativeHosts: "/Library/Application Support/Chromium/NativeMessagingHosts" },
  chrome: { nativeHosts: "/Library/Google/Chrome/NativeMessagingHosts" },
  edge: { nativeHosts: "/Library/Microsoft/Edge/NativeMessagingHosts" },
  firefox: { nativeHosts: "/Library/Application Support/Mozilla/NativeMessagingHosts" },
};

/** The folders for all accounts of a device, or undefined on Windows, where the registry and group policy stand for them. */
export function findSystemFolders(browser: BrowserName, platform: NodeJS.Platform): BrowserFolders | undefined {
  if (platform === "linux") return linux[browser];
  return platform === "darwin" ? mac[browser] : undefined;
}

/** Chromium's kind reads host manifests inside its profile folder too, which touches nothing else on the device. */
export function profileFolders(userDataDir: string): BrowserFolders {
  return { nativeHosts: join(userDataDir, "NativeMessagingHosts") };
}
