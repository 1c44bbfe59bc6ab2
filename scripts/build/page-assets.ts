import { mkdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { compileAsync } from "sass";

const root = resolve(import.meta.dirname, "../..");

/**
 * Builds what pages in GOV.UK style load: `<name>.css` from `<source>/<name>.scss` and `<name>.js` from
 * `<source>/client/main.ts`. `source` is a folder below the project's root. Empties the folder first.
 */
export async function buildPageAssets(name: string, source: string, outDir: string): Promise<void> {
  await rm(outDir, { recursive: true, force: true });
  await mkdir(outDir, { recursive: true });
  const { css } = await compileAsync(join(root, source, `${name}.scss`), {
    style: "compressed",
    loadPaths: [join(root, "node_modules/govuk-frontend/dist")],
    quietDeps: true,
    // Settings reach the kit only through its @import entries.
    silenceDeprecations: ["import"],
  });
  await writeFile(join(outDir, `${name}.css`), css);
  await build({
    entryPoints: { [name]: join(root, source, "client/main.ts") },
    outdir: outDir,
    bundle: true,
    minify: true,
    format: "esm",
    target: ["chrome120", "firefox120", "safari17"],
    logLevel: "warning",
  });
}
