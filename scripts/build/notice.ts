import { mkdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { compileAsync } from "sass";
import { drawIcon } from "./icon.ts";

const root = resolve(import.meta.dirname, "../..");
const notice = join(root, "agent/src/notice");

/** Builds what the person's pages load: style sheet, client module, icon. Empties the folder first. */
export async function buildNoticeAssets(outDir: string): Promise<void> {
  await rm(outDir, { recursive: true, force: true });
  await mkdir(outDir, { recursive: true });
  const { css } = await compileAsync(join(notice, "notice.scss"), {
    style: "compressed",
    loadPaths: [join(root, "node_modules/govuk-frontend/dist")],
    quietDeps: true,
    // Settings reach the kit only through its @import entries.
    silenceDeprecations: ["import"],
  });
  await writeFile(join(outDir, "notice.css"), css);
  await writeFile(join(outDir, "icon.png"), drawIcon(32));
  await build({
    entryPoints: { notice: join(notice, "client/main.ts") },
    outdir: outDir,
    bundle: true,
    minify: true,
    format: "esm",
    target: ["chrome120", "firefox120", "safari17"],
    logLevel: "warning",
  });
}
