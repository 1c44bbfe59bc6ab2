import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { compileAsync } from "sass";

const root = resolve(import.meta.dirname, "../..");
const views = join(root, "server/src/views");

/** Builds what the console's pages load: style sheet, client module, icon. Empties the folder first. */
export async function buildConsoleAssets(outDir: string): Promise<void> {
  await rm(outDir, { recursive: true, force: true });
  await mkdir(outDir, { recursive: true });
  const { css } = await compileAsync(join(views, "console.scss"), {
    style: "compressed",
    loadPaths: [join(root, "node_modules/govuk-frontend/dist")],
    quietDeps: true,
    // Settings reach the kit only through its @import entries.
    silenceDeprecations: ["import"],
  });
  await writeFile(join(outDir, "console.css"), css);
  await build({
    entryPoints: { console: join(views, "client/main.ts") },
    outdir: outDir,
    bundle: true,
    minify: true,
    format: "esm",
    target: ["chrome120", "firefox120", "safari17"],
    logLevel: "warning",
  });
  await cp(join(views, "icon.svg"), join(outDir, "icon.svg"));
}
