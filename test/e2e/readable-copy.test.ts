import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import { loadCatalogues, translateFrom } from "@overt/agent/notice/catalogue.ts";
import { readableCopy } from "@overt/agent/notice/readable-copy.ts";
import { chromium } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";
import { findChromium } from "../../scripts/setup/chromium.ts";
import { openTestAgency } from "../support/agent-session.ts";
import { findChromiumObstacle } from "../support/chromium.ts";
import { copies } from "../support/copy-to-read.ts";

const obstacle = findChromiumObstacle();

test.skipIf(obstacle !== undefined)(
  `the copy for reading has no accessibility violation, and at 320 pixels no value is squeezed${obstacle ? ` (${obstacle})` : ""}`,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "overt-copy-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const copyWith = copies(await openTestAgency(folder));
    const copy = copyWith({ host: `${"long".repeat(15)}.example`, statement: "I was at work.", told: "All is well." });
    const file = join(folder, "copy.html");
    writeFileSync(file, readableCopy(copy, translateFrom(loadCatalogues(), "en")));
    const browser = await chromium.launch({
      executablePath: findChromium() ?? "",
      args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
    });
    onTestFinished(() => browser.close());
    const page = await (await browser.newContext()).newPage();
    for (const width of [1_100, 320]) {
      await page.setViewportSize({ width, height: 800 });
      await page.goto(pathToFileURL(file).href);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      const widths = await page.locator("td").evaluateAll((cells) => cells.map((cell) => cell.clientWidth));
      expect(Math.min(...widths)).toBeGreaterThan(40);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`)).toEqual([]);
    }
  },
  60_000,
);
