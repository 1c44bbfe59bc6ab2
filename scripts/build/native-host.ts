import { resolve } from "node:path";
import { build } from "esbuild";

const entry = resolve(import.meta.dirname, "../../agent/src/native-host/main.ts");

/** Bundles the native host into one file that Node runs without the project around it. */
export async function buildNativeHost(outFile: string): Promise<void> {
  await build({
    entryPoints: [entry],
    outfile: outFile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    logLevel: "warning",
  });
}
