import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumAdvice, findChromium } from "../../scripts/setup/chromium.ts";
import { preparePracticeBrowser } from "../../scripts/start/browser.ts";
import { type PracticeRun, startPractice } from "../../scripts/start/practice-run.ts";
import { practiceHosts } from "../../scripts/start/practice-site.ts";
import {
  acknowledge,
  decide,
  openEvidence,
  openTourBrowser,
  readOutcome,
  signInToConsole,
  visit,
} from "../../scripts/start/tour.ts";

const executable = findChromium();
const alertLink = /alert \d+/i;

async function countAlerts(desk: Page): Promise<number> {
  await desk.goto(new URL("/queue", desk.url()).href);
  return desk.getByRole("link", { name: alertLink }).count();
}

describe.skipIf(executable === undefined)(
  `the main job in real Chromium${executable === undefined ? `: ${chromiumAdvice}` : ""}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), "overt-main-"));
    let run: PracticeRun;
    let context: BrowserContext;
    let notice: Page;
    let desk: Page;

    beforeAll(async () => {
      run = await startPractice(folder, () => undefined);
      const browser = preparePracticeBrowser({
        executable: executable as string,
        folder,
        dist: resolve(import.meta.dirname, "../../dist"),
        agentState: run.agentState,
        sitePort: run.sitePort,
      });
      context = await openTourBrowser(browser);
      desk = await context.newPage();
      await signInToConsole(desk, run.consoleLink);
    }, 120_000);

    afterAll(async () => {
      await context?.close();
      await run?.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    });

    test("nothing is captured before the person has answered", async () => {
      const page = await visit(context, practiceHosts.listed);
      await page.waitForTimeout(2_500);
      await page.close();
      expect(await countAlerts(desk)).toBe(0);
    });

    test("the person reads every screen, answers, and monitoring is on", async () => {
      notice = await context.newPage();
      await acknowledge(notice, run.noticeAddress);
      await expect
        .poll(() => notice.reload().then(() => notice.getByRole("heading", { level: 1 }).innerText()), {
          timeout: 20_000,
        })
        .toBe("Monitoring is on");
    }, 60_000);

    test("other pages and a protected place make no alert", async () => {
      for (const [host, path] of [
        [practiceHosts.shop, "/"],
        [practiceHosts.protected, "/"],
        [practiceHosts.search, "/?q=lantern+repair"],
      ] as const) {
        const page = await visit(context, host, path);
        await page.waitForTimeout(1_800);
        await page.close();
      }
      expect(await countAlerts(desk)).toBe(0);
    }, 30_000);

    test("a visit that a rule forbids is an alert in the queue within five seconds", async () => {
      await visit(context, practiceHosts.listed);
      const visitedAt = performance.now();
      await expect.poll(() => countAlerts(desk), { timeout: 20_000, interval: 200 }).toBe(1);
      expect(performance.now() - visitedAt).toBeLessThan(5_000);
    }, 30_000);

    test("the reviewer's browser opens the sealed evidence step by step", async () => {
      await desk.bringToFront();
      await desk.getByRole("link", { name: alertLink }).first().click();
      const shown = await openEvidence(desk);
      expect(shown).toContain(practiceHosts.listed);
      expect(shown).toContain(`http://${practiceHosts.listed}/`);
      expect(shown).toContain("Lantern Chat");
    }, 60_000);

    test("the decision reaches the person with who looked and what was said", async () => {
      await decide(desk, "It was a false match; nothing follows from it.");
      await readOutcome(notice, run.noticeAddress, "A false match");
      const page = await notice.locator("main").innerText();
      expect(page).toContain("A reviewer opened level 1");
      expect(page).toContain("A reviewer opened level 2");
      expect(page).toContain("It was a false match; nothing follows from it.");
      expect(page).toContain(practiceHosts.listed);
    }, 60_000);

    test("the person's pages have no accessibility violation and fit 320 pixels", async () => {
      const violations: string[] = [];
      for (const path of ["/status", "/sent", "/sent/1", "/order", "/say", "/about", "/about?language=cy"]) {
        await notice.goto(new URL(path, run.noticeAddress).href);
        const found = await new AxeBuilder({ page: notice }).analyze();
        violations.push(...found.violations.map((each) => `${path} ${each.id} ${each.nodes[0]?.html}`));
        await notice.setViewportSize({ width: 320, height: 700 });
        const wide = await notice.evaluate(() => document.documentElement.scrollWidth);
        if (wide > 320) violations.push(`${path} is ${wide} pixels wide`);
        await notice.setViewportSize({ width: 1100, height: 900 });
      }
      expect(violations).toEqual([]);
    }, 60_000);
  },
);
