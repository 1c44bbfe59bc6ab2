import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { practiceHosts } from "../../scripts/start/practice-site.ts";
import { decide, openEvidence, readingMs, readOutcome, visit } from "../../scripts/start/tour.ts";
import { findChromiumObstacle } from "../support/chromium.ts";
import { enrolPerson, openPracticeWorld, type PracticeWorld } from "../support/practice-world.ts";

const obstacle = findChromiumObstacle();

describe.skipIf(obstacle !== undefined)(
  `the main job in real Chromium${obstacle === undefined ? "" : `: ${obstacle}`}`,
  () => {
    let world: PracticeWorld;
    let notice: Page;

    beforeAll(async () => {
      world = await openPracticeWorld();
    }, 180_000);
    afterAll(() => world?.close(), 60_000);

    test("nothing is captured before the person has answered", async () => {
      const page = await visit(world.context, practiceHosts.listed);
      await page.waitForTimeout(readingMs);
      await page.close();
      expect(await world.listAlerts()).toEqual([]);
    });

    test("the person reads every screen, answers, and monitoring is on", async () => {
      notice = await enrolPerson(world);
    }, 120_000);

    test("other pages and a protected place make no alert", async () => {
      for (const [host, path] of [
        [practiceHosts.shop, "/"],
        [practiceHosts.protected, "/"],
        [practiceHosts.search, "/?q=lantern+repair"],
      ] as const) {
        const page = await visit(world.context, host, path);
        await page.waitForTimeout(readingMs);
        await page.close();
      }
      expect(await world.listAlerts()).toEqual([]);
    });

    test("a visit that a rule forbids is an alert in the queue within five seconds", async () => {
      // The promise is about the product: a machine busy with other work gets three tries to show it.
      const delays: number[] = [];
      do {
        const visitedAt = performance.now();
        await visit(world.context, practiceHosts.listed);
        const matches = new RegExp(`\\b${delays.length + 1} match`);
        const queue = () => world.listAlerts().then((alerts) => alerts.map(({ text }) => text));
        await expect.poll(queue, { timeout: 40_000, interval: 200 }).toEqual([expect.stringMatching(matches)]);
        delays.push((performance.now() - visitedAt) / 1_000);
      } while (Math.min(...delays) >= 5 && delays.length < 3);
      process.stdout.write(`from the visit to the queue: ${delays.map((delay) => delay.toFixed(2)).join(", ")} s\n`);
      expect(Math.min(...delays)).toBeLessThan(5);
    }, 180_000);

    test("the reviewer's browser opens the sealed evidence step by step", async () => {
      const { desk } = world;
      await desk.bringToFront();
      await desk.getByRole("link", { name: /alert \d+/i }).click();
      const shown = await openEvidence(desk);
      expect(shown).toContain(practiceHosts.listed);
      expect(shown).toContain(`http://${practiceHosts.listed}/`);
      expect(shown).toContain("Lantern Chat");
      const looked = await desk.getByRole("table", { name: "Who has looked" }).innerText();
      expect(looked).toContain("Site and masked term");
      expect(looked).toContain("Full item");
    }, 120_000);

    test("the decision reaches the person with who looked and what was said", async () => {
      await decide(world.desk, "Your officer had agreed to this visit; nothing follows from it.");
      await readOutcome(notice, world.run.noticeAddress, "It matched, but it was permitted");
      const page = await notice.locator("main").innerText();
      expect(page).toContain("A reviewer opened level 1");
      expect(page).toContain("A reviewer opened level 2");
      expect(page).toContain("Your officer had agreed to this visit; nothing follows from it.");
      expect(page).toContain(practiceHosts.listed);
    }, 120_000);

    test("the person's pages have no accessibility violation and fit 320 pixels", async () => {
      const violations: string[] = [];
      for (const path of ["/status", "/sent", "/sent/1", "/order", "/say", "/about", "/about?language=cy"]) {
        await notice.goto(new URL(path, world.run.noticeAddress).href);
        const found = await new AxeBuilder({ page: notice }).analyze();
        violations.push(...found.violations.map((each) => `${path} ${each.id} ${each.nodes[0]?.html}`));
        await notice.setViewportSize({ width: 320, height: 700 });
        const wide = await notice.evaluate(() => document.documentElement.scrollWidth);
        if (wide > 320) violations.push(`${path} is ${wide} pixels wide`);
        await notice.setViewportSize({ width: 1100, height: 900 });
      }
      expect(violations).toEqual([]);
    }, 180_000);
  },
);
