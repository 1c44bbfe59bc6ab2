import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Stand-ins for the built style sheet, script and icon, where nobody looks at them. */
export function emptyNoticeAssets(): string {
  const folder = mkdtempSync(join(tmpdir(), "overt-notice-"));
  for (const name of ["notice.css", "notice.js", "icon.png"]) writeFileSync(join(folder, name), "");
  return folder;
}
