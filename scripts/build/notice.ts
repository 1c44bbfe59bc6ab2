import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { drawIcon } from "./icon.ts";
import { buildPageAssets } from "./page-assets.ts";

/** Builds what the person's pages load: style sheet, client module, icon. Empties the folder first. */
export async function buildNoticeAssets(outDir: string): Promise<void> {
  await buildPageAssets("notice", "agent/src/notice", outDir);
  await writeFile(join(outDir, "icon.png"), drawIcon(32));
}
