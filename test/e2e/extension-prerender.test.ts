import { expect, test } from "vitest";
import { findChromiumObstacle, spawnChromium, stopChromium } from "../support/chromium.ts";
import { makeExtensionSetup } from "../support/extension-setup.ts";
import { openFakeAgent } from "../support/fake-agent.ts";
import { openWebSite } from "../support/web-site.ts";

const origin = "http://www.site.example";

/** Waits until the test answers `/go-1`, has the next page prerendered, waits for `/go-2`, then goes there. */
const script = `<script>(async () => {
  await fetch("/go-1");
  const rules = document.createElement("script");
  rules.type = "speculationrules";
  rules.textContent = JSON.stringify({ prerender: [{ urls: ["/prepared"], eagerness: "immediate" }] });
  document.head.append(rules);
  await fetch("/go-2");
  location.href = "/prepared";
})()</script>`;

test.skipIf(findChromiumObstacle() !== undefined)(
  "a prerendered page is not reported until it is shown, and then once",
  async () => {
    const gates = new Map<string, () => void>();
    const opened = new Set<string>();
    const gate = (name: string) => (_: unknown, response: { end(): void }) => {
      if (opened.has(name)) response.end();
      else gates.set(name, () => response.end());
    };
    const open = (name: string) => {
      opened.add(name);
      gates.get(name)?.();
    };
    const site = await openWebSite({
      "/start": `<!doctype html><title>Start</title>${script}`,
      "/prepared": `<!doctype html><title>Prepared</title><script>
        fetch(document.prerendering ? "/was-prerendered" : "/was-not");
        setTimeout(() => fetch("/prepared-long-enough"), 2000);</script>`,
      "/go-1": gate("1"),
      "/go-2": gate("2"),
    });
    const asked = (path: string) => () => site.requests.some((request) => request.path === path);
    const setup = await makeExtensionSetup();
    const agent = await openFakeAgent(setup.bridge);
    const browser = spawnChromium({ ...setup, sitePort: site.port }, `${origin}/start`);
    try {
      await agent.waitFor("navigation", (message) => message.url === `${origin}/start`);
      open("1");
      await expect.poll(asked("/was-prerendered"), { timeout: 15_000 }).toBe(true);
      await expect.poll(asked("/prepared-long-enough"), { timeout: 15_000 }).toBe(true);
      expect(agent.navigations).toHaveLength(1);
      open("2");
      await agent.waitFor("navigation", (message) => message.url === `${origin}/prepared`);
      expect(agent.navigations).toHaveLength(2);
    } finally {
      await stopChromium(browser);
      await agent.close();
      await site.close();
      setup.remove();
    }
  },
);
