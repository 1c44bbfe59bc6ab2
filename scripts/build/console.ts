import { cp } from "node:fs/promises";
import { join, resolve } from "node:path";
import { buildPageAssets } from "./page-assets.ts";

const views = "server/src/views";

/** Builds what the console's pages load: style sheet, client module, icon. Empties the folder first. */
export async function buildConsoleAssets(outDir: string): Promise<void> {
  await buildPageAssets("console", views, outDir);
  await cp(join(resolve(import.meta.dirname, "../.."), views, "icon.svg"), join(outDir, "icon.svg"));
}
