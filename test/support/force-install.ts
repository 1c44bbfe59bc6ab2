import { generateKeyPairSync } from "node:crypto";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { deriveExtensionId } from "@overt/agent/platform/browser/extension-id.ts";
import { findSystemFolders } from "@overt/agent/platform/browser/folders.ts";
import { installBrowserFiles, removeBrowserFiles } from "@overt/agent/platform/browser/install.ts";
import { planChromiumPolicy } from "@overt/agent/platform/browser/managed-policy.ts";
import crx3 from "crx3";

const policyFolder = findSystemFolders("chromium", "linux")?.policy ?? "";

/** Why policy cannot be written here, or undefined. */
export function findPolicyObstacle(): string | undefined {
  if (process.platform !== "linux") return "managed policy in files is Linux only";
  return process.getuid?.() === 0 && existsSync("/etc") ? undefined : "only root may write Chromium's managed policy";
}

/** A key that lives for one test: a CRX file must be signed by the key that its id comes from. */
export function makeThrowAwayKey(): { readonly id: string; readonly manifestKey: string; readonly privateKey: string } {
  const pair = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "der" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const manifestKey = pair.publicKey.toString("base64");
  return { id: deriveExtensionId(manifestKey), manifestKey, privateKey: pair.privateKey };
}

export interface ForceInstall {
  /** Holds the built extension; the packed one and the update description are put beside it. */
  readonly folder: string;
  readonly extensionDir: string;
  readonly id: string;
  readonly privateKey: string;
  readonly version: string;
  readonly hostName: string;
}

/**
 * Packs the extension and has the machine's Chromium install it by managed policy from a file address. It holds for
 * every Chromium that starts meanwhile, so `remove` must follow soon.
 */
export async function forceInstall(options: ForceInstall): Promise<{ remove(): void }> {
  const { folder, id } = options;
  const keyPath = join(folder, "throw-away.pem");
  const crxPath = join(folder, "extension.crx");
  const updates = join(folder, "update.xml");
  writeFileSync(keyPath, options.privateKey, { mode: 0o600 });
  await crx3([join(options.extensionDir, "manifest.json")], { keyPath, crxPath });
  const codebase = pathToFileURL(crxPath).href;
  writeFileSync(
    updates,
    `<?xml version="1.0"?><gupdate xmlns="http://www.google.com/update2/response" protocol="2.0"><app appid="${id}">` +
      `<updatecheck codebase="${codebase}" version="${options.version}"/></app></gupdate>`,
  );
  const updateUrl = pathToFileURL(updates).href;
  const plan = planChromiumPolicy({
    folder: policyFolder,
    hostName: options.hostName,
    extensionId: id,
    updateUrl,
    platform: "linux",
  });
  // A run that was cut short may have left the file of this name, which nothing but tests uses.
  for (const file of plan.files) rmSync(file.path, { force: true });
  const receiptFile = join(folder, "policy-receipt.json");
  installBrowserFiles({ plan, receiptFile });
  return { remove: () => void removeBrowserFiles(receiptFile) };
}
