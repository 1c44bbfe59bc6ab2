import { extensionId } from "@overt/agent/bridge/identity.ts";
import { expect, test } from "vitest";
import { findChromiumObstacle, findWorker, launchChromium } from "../support/chromium.ts";
import { makeExtensionSetup } from "../support/extension-setup.ts";
import { onStatus, openFakeAgent } from "../support/fake-agent.ts";

/** Two busy cores can take long; a pass ends it early. */
const patient = { timeout: 15_000 };

test.skipIf(findChromiumObstacle() !== undefined)(
  "an extension whose badge is not on the toolbar says so and answers no challenge",
  async () => {
    const setup = await makeExtensionSetup({ pinned: false });
    const agent = await openFakeAgent(setup.bridge);
    const context = await launchChromium(setup);
    try {
      expect(await agent.waitFor("hello")).toMatchObject({ pinned: false });
      const worker = await findWorker(context, extensionId);
      agent.broadcast({ type: "challenge", nonce: "0".repeat(32) });
      // Messages keep their order, so once the badge has changed the challenge has been dealt with.
      agent.broadcast({ ...onStatus, state: "paused" });
      await expect.poll(() => worker.evaluate(() => chrome.action.getBadgeText({})), patient).toBe("OFF");
      expect(await worker.evaluate(() => chrome.action.getUserSettings())).toEqual({ isOnToolbar: false });
      agent.broadcast(onStatus);
      const page = context.pages()[0] ?? (await context.newPage());
      await page.goto("data:text/html,<title>Elsewhere</title>");
      await expect.poll(() => worker.evaluate(() => chrome.action.getBadgeText({})), patient).toBe("ON");
      expect(agent.messages.filter((message) => message.type === "answer")).toEqual([]);
    } finally {
      await context.close();
      await agent.close();
      setup.remove();
    }
  },
);
