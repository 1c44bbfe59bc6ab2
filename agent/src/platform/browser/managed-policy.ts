import { posix, win32 } from "node:path";
import type { InstallPlan } from "./plan.ts";

export interface PolicyInstall {
  /** For example `/etc/chromium/policies/managed`. */
  readonly folder: string;
  readonly hostName: string;
  readonly extensionId: string;
  /** The store's update address, or a `file://` one. */
  readonly updateUrl: string;
  readonly platform: NodeJS.Platform;
}

/**
 * Chromium's managed policy: the extension is installed, shown on the toolbar, and cannot be removed in the browser,
 * which says so to the person; private and guest windows, which it does not see, are closed. Only where the agency
 * manages the device: it needs the administrator's rights.
 */
export function planChromiumPolicy(options: PolicyInstall): InstallPlan {
  const { join } = options.platform === "win32" ? win32 : posix;
  const policy = {
    ExtensionInstallForcelist: [`${options.extensionId};${options.updateUrl}`],
    ExtensionSettings: {
      [options.extensionId]: {
        installation_mode: "force_installed",
        update_url: options.updateUrl,
        override_update_url: true,
        toolbar_pin: "force_pinned",
      },
    },
    IncognitoModeAvailability: 1,
    BrowserGuestModeEnabled: false,
  };
  const content = `${JSON.stringify(policy, undefined, 2)}\n`;
  return { files: [{ path: join(options.folder, `${options.hostName}.json`), content, mode: 0o644 }], keys: [] };
}

export interface FirefoxPolicyInstall {
  /** For example `/etc/firefox/policies/policies.json`; Firefox reads no other name. */
  readonly file: string;
  readonly extensionId: string;
  /** Where the signed add-on lies, https or file. */
  readonly installUrl: string;
}

/** The same for Firefox, where private windows can be seen and are closed all the same. */
export function planFirefoxPolicy(options: FirefoxPolicyInstall): InstallPlan {
  const policies = {
    ExtensionSettings: {
      [options.extensionId]: {
        installation_mode: "force_installed",
        install_url: options.installUrl,
        default_area: "navbar",
        private_browsing: true,
      },
    },
    DisablePrivateBrowsing: true,
  };
  return {
    files: [{ path: options.file, content: `${JSON.stringify({ policies }, undefined, 2)}\n`, mode: 0o644 }],
    keys: [],
  };
}
