import { rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { buildConsoleAssets } from "./console.ts";
import { buildExtension } from "./extension.ts";
import { buildNativeHost } from "./native-host.ts";
import { buildNoticeAssets } from "./notice.ts";
import { hashSources, isBuiltFrom, markBuilt } from "./stamp.ts";

const root = resolve(import.meta.dirname, "../..");
const dist = join(root, "dist");

const steps: readonly { readonly name: string; readonly run: () => Promise<void> }[] = [
  { name: "extension", run: () => buildExtension({ outDir: join(dist, "extension") }) },
  { name: "native-host", run: () => buildNativeHost(join(dist, "native-host.mjs")) },
  { name: "console", run: () => buildConsoleAssets(join(dist, "console")) },
  { name: "notice", run: () => buildNoticeAssets(join(dist, "notice")) },
];

const sourceHash = hashSources(root);
if (isBuiltFrom(dist, sourceHash)) {
  console.log("built already from these sources");
} else {
  rmSync(dist, { recursive: true, force: true });
  for (const step of steps) {
    await step.run();
    console.log(`built ${step.name}`);
  }
  markBuilt(dist, sourceHash);
}
