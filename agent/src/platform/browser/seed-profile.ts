import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Puts the extension's badge on the toolbar of a new, throw-away Chromium profile, so that the person sees it from the
 * first start. Must run before that start; a profile that exists is left alone. On a managed device the policy pins it.
 */
export function seedProfile(userDataDir: string, extensionId: string): void {
  const file = join(userDataDir, "Default", "Preferences");
  if (existsSync(file)) return;
  mkdirSync(join(userDataDir, "Default"), { recursive: true, mode: 0o700 });
  writeFileSync(file, JSON.stringify({ extensions: { pinned_extensions: [extensionId] } }), { mode: 0o600 });
}
