import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findChromiumObstacle, launchChromium } from "../support/chromium.ts";
import { makeExtensionSetup } from "../support/extension-setup.ts";
import { openFakeAgent } from "../support/fake-agent.ts";
import { findPolicyObstacle, forceInstall, makeThrowAwayKey } from "../support/force-install.ts";
import { openWebSite } from "../support/web-site.ts";

const hostName = "org.overt.test";
const obstacle = findChromiumObstacle() ?? findPolicyObstacle();

test.skipIf(obstacle !== undefined)(
  `force-installed by policy, the extension is pinned, reports pages and answers for the notice${obstacle ? ` (${obstacle})` : ""}`,
  async () => {
    const key = makeThrowAwayKey();
    const site = await openWebSite({ "/plain": "<!doctype html><title>Plain page</title>" });
    const setup = await makeExtensionSetup({ ...key, hostName, pinned: false });
    const agent = await openFakeAgent(setup.bridge);
    const { version }: { version: string } = JSON.parse(
      readFileSync(join(setup.extensionDir, "manifest.json"), "utf8"),
    );
    const policy = await forceInstall({ ...setup, ...key, hostName, version });
    try {
      const context = await launchChromium({ userDataDir: setup.userDataDir, sitePort: site.port });
      try {
        const hello = await agent.waitFor("hello", undefined, 30_000);
        expect(hello).toMatchObject({ installType: "admin", pinned: true, extensionVersion: version });
        await (context.pages()[0] ?? (await context.newPage())).goto("http://www.site.example/plain");
        await agent.waitFor("navigation", (message) => message.url === "http://www.site.example/plain");
        agent.broadcast({ type: "challenge", nonce: "0".repeat(32) });
        expect(await agent.waitFor("answer")).toMatchObject({ pinned: true, windowVisible: true });
      } finally {
        await context.close();
      }
    } finally {
      policy.remove();
      await agent.close();
      await site.close();
      setup.remove();
    }
  },
);
