import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bridgeAddress } from "@overt/agent/bridge/address.ts";
import type { BrowserContext } from "playwright-core";
import { expect, test } from "vitest";
import { practiceHosts } from "../../scripts/start/practice-site.ts";
import { openEvidence, visit } from "../../scripts/start/tour.ts";
import { findChromiumObstacle, launchChromium } from "../support/chromium.ts";
import { makeExtensionSetup } from "../support/extension-setup.ts";
import { openFakeAgent } from "../support/fake-agent.ts";
import { findPolicyObstacle, forceInstall, makeThrowAwayKey } from "../support/force-install.ts";
import { enrolPerson, openPracticeWorld } from "../support/practice-world.ts";
import { openWebSite } from "../support/web-site.ts";

const hostName = "org.overt.test";
const obstacle = findChromiumObstacle() ?? findPolicyObstacle();
const because = obstacle === undefined ? "" : ` (${obstacle})`;

interface ManagedBrowser {
  readonly context: BrowserContext;
  readonly version: string;
  close(): Promise<void>;
}

/** A browser that nobody put an extension into, on a machine whose policy does. `bridge` is where an agent listens. */
async function openManagedBrowser(bridge: string, sitePort: number): Promise<ManagedBrowser> {
  const key = makeThrowAwayKey();
  const setup = await makeExtensionSetup({ ...key, bridge, hostName, pinned: false });
  const { version }: { version: string } = JSON.parse(readFileSync(join(setup.extensionDir, "manifest.json"), "utf8"));
  const policy = await forceInstall({ ...setup, ...key, hostName, version });
  const remove = () => {
    policy.remove();
    setup.remove();
  };
  try {
    const context = await launchChromium({ userDataDir: setup.userDataDir, sitePort });
    return { context, version, close: () => context.close().finally(remove) };
  } catch (error) {
    remove();
    throw error;
  }
}

test.skipIf(obstacle !== undefined)(
  `force-installed by policy, the extension is pinned, reports pages and answers for the notice${because}`,
  async () => {
    const site = await openWebSite({ "/plain": "<!doctype html><title>Plain page</title>" });
    const folder = mkdtempSync(join(tmpdir(), "overt-policy-"));
    const bridge = bridgeAddress(folder);
    const agent = await openFakeAgent(bridge);
    try {
      const { context, version, close } = await openManagedBrowser(bridge, site.port);
      try {
        const hello = await agent.waitFor("hello", undefined, 30_000);
        expect(hello).toMatchObject({ installType: "admin", pinned: true, extensionVersion: version });
        await (context.pages()[0] ?? (await context.newPage())).goto("http://www.site.example/plain");
        await agent.waitFor("navigation", (message) => message.url === "http://www.site.example/plain");
        agent.broadcast({ type: "challenge", nonce: "0".repeat(32) });
        expect(await agent.waitFor("answer")).toMatchObject({ pinned: true, windowVisible: true });
      } finally {
        await close();
      }
    } finally {
      await agent.close();
      await site.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
  90_000,
);

test.skipIf(obstacle !== undefined)(
  `force-installed by policy, with its badge as the only notice, a visit ends in sealed evidence that the reviewer opens${because}`,
  async () => {
    let managed: ManagedBrowser | undefined;
    const world = await openPracticeWorld(async (run) => {
      managed = await openManagedBrowser(bridgeAddress(run.agentState), run.site.port);
      return managed.context;
    });
    try {
      const notice = await enrolPerson(world);
      await notice.close();
      await visit(world.context, practiceHosts.listed);
      await expect.poll(() => world.listAlerts().then((alerts) => alerts.length), { timeout: 40_000 }).toBe(1);
      const { desk } = world;
      await desk.bringToFront();
      await desk.getByRole("link", { name: /alert \d+/i }).click();
      expect(await openEvidence(desk)).toContain(`http://${practiceHosts.listed}/`);
    } finally {
      await world.close();
      await managed?.close();
    }
  },
  180_000,
);
