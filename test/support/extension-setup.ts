import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bridgeAddress } from "@overt/agent/bridge/address.ts";
import { extensionId, extensionKey, nativeHostName } from "@overt/agent/bridge/identity.ts";
import { profileFolders } from "@overt/agent/platform/browser/folders.ts";
import { planHost } from "@overt/agent/platform/browser/host-manifest.ts";
import { installBrowserFiles } from "@overt/agent/platform/browser/install.ts";
import { seedProfile } from "@overt/agent/platform/browser/seed-profile.ts";
import { buildExtension } from "../../scripts/build/extension.ts";
import { buildNativeHost } from "../../scripts/build/native-host.ts";

/** A built extension, a native host and a new profile that knows both, all under one temporary folder. */
export interface ExtensionSetup {
  readonly folder: string;
  readonly extensionDir: string;
  readonly userDataDir: string;
  /** The native host's bundled file. */
  readonly hostFile: string;
  /** Where an agent is to open its bridge. */
  readonly bridge: string;
  remove(): void;
}

export interface SetupOptions {
  readonly pinned?: boolean;
  readonly id?: string;
  readonly manifestKey?: string;
  readonly hostName?: string;
  /** Where an agent listens already; a path of its own where left out. */
  readonly bridge?: string;
}

export async function makeExtensionSetup(options: SetupOptions = {}): Promise<ExtensionSetup> {
  const folder = mkdtempSync(join(tmpdir(), "overt-ext-"));
  const setup = {
    folder,
    extensionDir: join(folder, "extension"),
    userDataDir: join(folder, "profile"),
    hostFile: join(folder, "native-host.mjs"),
    bridge: options.bridge ?? bridgeAddress(folder),
  };
  const id = options.id ?? extensionId;
  const hostName = options.hostName ?? nativeHostName;
  await buildExtension({ outDir: setup.extensionDir, manifestKey: options.manifestKey ?? extensionKey, hostName });
  await buildNativeHost(setup.hostFile);
  const plan = planHost({
    family: "chromium",
    hostName,
    extensionIds: [id],
    manifestFolder: profileFolders(setup.userDataDir).nativeHosts,
    scriptFolder: folder,
    command: [process.execPath, setup.hostFile],
    bridge: setup.bridge,
    platform: process.platform,
  });
  installBrowserFiles({ plan, receiptFile: join(folder, "browser-receipt.json") });
  if (options.pinned ?? true) seedProfile(setup.userDataDir, id);
  return { ...setup, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }) };
}
