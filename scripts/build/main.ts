import { join, resolve } from "node:path";
import { buildConsoleAssets } from "./console.ts";
import { buildExtension } from "./extension.ts";
import { buildNativeHost } from "./native-host.ts";
import { buildNoticeAssets } from "./notice.ts";

const dist = resolve(import.meta.dirname, "../../dist");

const steps: readonly { readonly name: string; readonly run: () => Promise<void> }[] = [
  { name: "extension", run: () => buildExtension({ outDir: join(dist, "extension") }) },
  { name: "native-host", run: () => buildNativeHost(join(dist, "native-host.mjs")) },
  { name: "console", run: () => buildConsoleAssets(join(dist, "console")) },
  { name: "notice", run: () => buildNoticeAssets(join(dist, "notice")) },
];

for (const step of steps) {
  await step.run();
  console.log(`built ${step.name}`);
}
