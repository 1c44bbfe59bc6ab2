import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { extensionKey, nativeHostName } from "@overt/agent/bridge/identity.ts";
import { build } from "esbuild";
import { drawIcon } from "./icon.ts";

const root = resolve(import.meta.dirname, "../..");
const source = join(root, "agent/extension");
const iconSizes = [16, 32, 48, 128];

export interface ExtensionBuild {
  /** Emptied first. */
  readonly outDir: string;
  /** Base64 of the public key that fixes the id; the product's own where absent. */
  readonly manifestKey?: string;
  readonly hostName?: string;
  /** Browsers update only to a higher version; the project's own where absent. */
  readonly version?: string;
}

/** Builds the browser extension as an unpacked folder that Chromium and Firefox load. */
export async function buildExtension(options: ExtensionBuild): Promise<void> {
  await rm(options.outDir, { recursive: true, force: true });
  await mkdir(options.outDir, { recursive: true });
  await build({
    entryPoints: { worker: join(source, "src/browser/worker.ts"), popup: join(source, "src/browser/popup.ts") },
    outdir: options.outDir,
    bundle: true,
    format: "iife",
    target: ["chrome126", "firefox128"],
    define: { OVERT_HOST_NAME: JSON.stringify(options.hostName ?? nativeHostName) },
    logLevel: "warning",
  });
  for (const page of ["popup.html", "popup.css"]) await cp(join(source, page), join(options.outDir, page));
  for (const size of iconSizes) await writeFile(join(options.outDir, `icon-${size}.png`), drawIcon(size));
  const manifest: unknown = JSON.parse(await readFile(join(source, "manifest.json"), "utf8"));
  const version = options.version ?? (await projectVersion());
  const whole = { ...Object(manifest), version, key: options.manifestKey ?? extensionKey };
  await writeFile(join(options.outDir, "manifest.json"), `${JSON.stringify(whole, undefined, 2)}\n`);
}

async function projectVersion(): Promise<string> {
  const { version }: { version: string } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  return version;
}
