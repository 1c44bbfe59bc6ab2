import { join, resolve } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium } from "../../scripts/setup/chromium.ts";
import { openWindow, preparePracticeBrowser } from "../../scripts/start/browser.ts";
import { practiceHosts, quietPaths } from "../../scripts/start/practice-site.ts";
import { openEvidence, readingMs, visit } from "../../scripts/start/tour.ts";
import { findChromiumObstacle } from "../support/chromium.ts";
import { enrolPerson, openPracticeWorld, type PracticeWorld } from "../support/practice-world.ts";
import { openWebSite, type SitePage } from "../support/web-site.ts";

const obstacle = findChromiumObstacle();
const { listed, board, shop, search, protected: solicitor } = practiceHosts;

/** A page of the listed site that has another prerendered once `prepare` was called, and goes there at `show`. */
async function openPreparingSite() {
  const open: Record<string, () => void> = {};
  const gate = (name: string): SitePage => {
    const opened = new Promise<void>((done) => {
      open[name] = done;
    });
    return (_, response) => void opened.then(() => response.end());
  };
  const site = await openWebSite({
    "/start": `<!doctype html><title>Lantern Chat</title><script>(async () => {
      await fetch("/may-prepare");
      const rules = document.createElement("script");
      rules.type = "speculationrules";
      rules.textContent = JSON.stringify({ prerender: [{ urls: ["/prepared"], eagerness: "immediate" }] });
      document.head.append(rules);
      await fetch("/may-show");
      location.href = "/prepared";
    })()</script>`,
    "/prepared": `<!doctype html><title>Lantern Chat</title><script>
      if (document.prerendering) setTimeout(() => fetch("/stood-prerendered"), ${2 * readingMs});</script>`,
    "/may-prepare": gate("prepare"),
    "/may-show": gate("show"),
    "/stood-prerendered": "",
  });
  return {
    port: site.port,
    prepare: () => open["prepare"]?.(),
    show: () => open["show"]?.(),
    stood: () => site.requests.some(({ path }) => path === "/stood-prerendered"),
    close: site.close,
  };
}

/**
 * Extension, native host, agent, server and queue in one. Every quiet page is followed, in the same chain and under the
 * same rule, by true visits: had one of them counted, the group of the first alert would hold it.
 */
describe.skipIf(obstacle !== undefined)(
  `what a person did not open makes no alert${obstacle ? ` (${obstacle})` : ""}`,
  () => {
    let world: PracticeWorld;

    beforeAll(async () => {
      world = await openPracticeWorld();
      await enrolPerson(world);
    }, 180_000);
    afterAll(() => world?.close(), 60_000);

    /** Opens a page in front and stays as long as a page needs to count. */
    async function stayOn(host: string, path?: string): Promise<Page> {
      const page = await visit(world.context, host, path);
      await page.waitForTimeout(readingMs);
      return page;
    }
    const served = (path?: string) => () => world.run.site.timesServed(listed, path);

    test("a listed site in a hidden frame, fetched ahead, or only passed through", async () => {
      const framed = await stayOn(shop, quietPaths.frame);
      await expect.poll(served(), { timeout: 20_000 }).toBe(1);
      expect(framed.frames()).toHaveLength(2);
      await framed.close();

      const fetched = await stayOn(shop, quietPaths.prefetch);
      await expect.poll(served(), { timeout: 20_000 }).toBe(2);
      await fetched.close();

      const passed = await stayOn(listed, quietPaths.passing);
      expect(passed.url()).toBe(`http://${shop}/`);
      expect(served(quietPaths.passing)()).toBe(1);
      await passed.close();

      const moved = await visit(world.context, listed, quietPaths.moving);
      await moved.waitForURL(`http://${shop}/`);
      await moved.waitForTimeout(readingMs);
      expect(served(quietPaths.moving)()).toBe(1);
      await moved.close();
      expect(await world.listAlerts()).toEqual([]);
    });

    test("a listed site in a tab behind, as long as nobody looks at it; a protected place", async () => {
      const front = await visit(world.context, shop, quietPaths.background);
      const opened = world.context.waitForEvent("page");
      await front.getByRole("link", { name: "Lantern Chat" }).click({ modifiers: ["ControlOrMeta"] });
      const behind = await opened;
      await behind.waitForLoadState();
      expect(await behind.title()).toBe("Lantern Chat");
      await front.waitForTimeout(readingMs);
      await behind.close();
      await front.close();
      await (await stayOn(solicitor)).close();
      expect(await world.listAlerts()).toEqual([]);
    });

    test("then one visit, one search and one title make one alert each, of one match each", async () => {
      await stayOn(listed);
      await stayOn(search, "/?q=purple+lantern+meeting");
      await stayOn(board);
      await expect.poll(() => world.listAlerts().then((alerts) => alerts.length), { timeout: 30_000 }).toBe(3);
      const texts = (await world.listAlerts()).map(({ text }) => text);
      for (const rule of ["practice-chat-site", "practice-search-phrase", "practice-title-phrase"]) {
        expect(texts.filter((text) => text.includes(`${rule}, revision 1`) && text.includes("1 match"))).toHaveLength(
          1,
        );
      }
    });

    test("a page made ready out of sight makes none until it is shown: each shown page is one more match", async () => {
      const site = await openPreparingSite();
      const browser = preparePracticeBrowser({
        executable: findChromium() ?? "",
        folder: join(world.folder, "second"),
        dist: resolve(import.meta.dirname, "../../dist"),
        agentState: world.run.agentState,
        sitePort: site.port,
      });
      // Playwright keeps Chromium from prerendering, so nothing drives this one.
      const window = openWindow({ ...browser, args: [...browser.args, "--headless=new"] }, [`http://${listed}/start`]);
      const matches = async () => {
        const texts = (await world.listAlerts()).map(({ text }) => text);
        return texts.flatMap((text) => /practice-chat-site.*?\b(\d+) match/.exec(text)?.[1] ?? []);
      };
      try {
        await expect.poll(matches, { timeout: 30_000 }).toEqual(["2"]);
        site.prepare();
        await expect.poll(site.stood, { timeout: 30_000 }).toBe(true);
        expect(await matches()).toEqual(["2"]);
        site.show();
        await expect.poll(matches, { timeout: 30_000 }).toEqual(["3"]);
      } finally {
        await window.close();
        await site.close();
      }
    });

    test("the clause and the rule bound what evidence there is: site and masked term for the search, all for the title", async () => {
      const { desk } = world;
      const alerts = await world.listAlerts();
      const open = async (rule: string) => {
        const { path = "" } = alerts.find(({ text }) => text.includes(rule)) ?? {};
        await desk.bringToFront();
        await desk.goto(new URL(path, desk.url()).href);
      };
      await open("practice-search-phrase");
      await desk.getByRole("button", { name: "Claim this alert" }).click();
      await desk.getByRole("button", { name: "Open site and masked term" }).click();
      await desk.locator("[data-content]:visible").waitFor();
      const shown = await desk.locator("main").innerText();
      expect(shown).toContain(search);
      expect(shown).toContain("p••••• l••••••");
      expect(shown).not.toContain("purple");
      expect(await desk.getByRole("button", { name: "Open the full item" }).count()).toBe(0);

      await open("practice-title-phrase");
      const full = await openEvidence(desk);
      expect(full).toContain(`http://${board}/`);
      expect(full).toContain("Purple Lantern: next meeting");
    });
  },
);
