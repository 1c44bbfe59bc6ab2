import { resolve } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { noticeLanguages, noticeText } from "@overt/shared/notice/text.ts";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium } from "../../scripts/setup/chromium.ts";
import { findChromiumObstacle } from "../support/chromium.ts";
import { noticeStates } from "../support/notice-states.ts";
import { noticeWorld, type OpenedWorld, openNoticeWorld } from "../support/notice-world.ts";

const obstacle = findChromiumObstacle();

/** The narrowest screen that the pages promise to fit, and an ordinary one. */
const narrow = { width: 320, height: 740 };
const wide = { width: 1_100, height: 900 };

describe.skipIf(obstacle !== undefined)(
  `the person's pages in real Chromium${obstacle ? ` (${obstacle})` : ""}`,
  () => {
    let browser: Browser;
    let opened: OpenedWorld;
    let context: BrowserContext;
    let page: Page;

    beforeAll(async () => {
      browser = await chromium.launch({
        executablePath: findChromium() ?? "",
        args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
      });
      opened = await openNoticeWorld(resolve(import.meta.dirname, "../../dist/notice"));
      context = await browser.newContext({ viewport: wide });
      page = await context.newPage();
      await page.goto(opened.notice.address);
    });
    afterAll(async () => {
      await browser?.close();
      await opened?.notice.close();
    });

    /** Posts as the page's own form does. */
    async function submit(path: string, form: Readonly<Record<string, string>>): Promise<void> {
      const answered = page.waitForNavigation();
      await page.evaluate(
        ([action, fields]) => {
          const made = Object.assign(document.createElement("form"), { method: "post", action });
          for (const [name, value] of Object.entries(fields)) {
            made.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
          }
          document.body.append(made);
          made.submit();
        },
        [`${opened.home}${path}`, form] as const,
      );
      await answered;
    }

    /** Leaves a page that waits for a change: it would load itself again, and break off a load just begun. */
    async function leave(): Promise<void> {
      await page.goto("about:blank");
    }

    /** Everything as at first, once no page waits for a change any more. */
    async function reset(): Promise<void> {
      await leave();
      const { calls: _, ...fresh } = noticeWorld();
      Object.assign(opened.world, fresh);
    }

    async function open(state: (typeof noticeStates)[number]): Promise<void> {
      await reset();
      state.set?.(opened.world);
      await page.goto(`${opened.home}${state.form ? "/about" : state.path}`);
      if (state.form) await submit(state.path, state.form);
    }

    test.each(noticeLanguages)(
      "every state of every page (%s) has no accessibility violation, one first heading, and fits 320 pixels",
      async (language) => {
        await page.goto(`${opened.home}/about`);
        await page.locator(`button[name=language][value=${language}]`).click();
        // The same elements with other words: the slow look at them is for one language, in the long run for all.
        const looked = language === "en" || process.env["FULL"] !== undefined;
        if (!looked) await page.setViewportSize(narrow);
        const faults: string[] = [];
        for (const state of noticeStates) {
          await open(state);
          if (looked) {
            const { violations } = await new AxeBuilder({ page }).options({ resultTypes: ["violations"] }).analyze();
            faults.push(...violations.map((each) => `${state.name}: ${each.id} ${each.nodes[0]?.html}`));
          }
          if ((await page.locator("h1").count()) !== 1) faults.push(`${state.name}: not one first heading`);
          if ((await page.locator("html").getAttribute("lang")) !== (language === "cy" ? "cy" : "en")) {
            faults.push(`${state.name}: not said to be ${language}`);
          }
          if (looked) await page.setViewportSize(narrow);
          const width = await page.evaluate(() => document.documentElement.scrollWidth);
          if (width > narrow.width) faults.push(`${state.name}: ${width} pixels wide`);
          if (looked) await page.setViewportSize(wide);
        }
        await page.setViewportSize(wide);
        expect(faults).toEqual([]);
      },
      240_000,
    );

    /** Tab until the element has the focus, as a person without a mouse does. */
    async function tabTo(selector: string): Promise<void> {
      const wanted = page.locator(selector).first();
      for (let i = 0; i < 60; i++) {
        await page.keyboard.press("Tab");
        if (await wanted.evaluate((element) => element === document.activeElement)) return;
      }
      throw new Error(`${selector} cannot be reached with Tab`);
    }

    test("the keyboard alone goes from the code to the answer, and adds a side", async () => {
      await reset();
      opened.world.view = { step: "bring-token" };
      await page.goto(`${opened.home}/about`);
      await page.locator("button[name=language][value=en]").click();
      await page.goto(`${opened.home}/enrol`);
      await tabTo("#host");
      await page.keyboard.type("agency.example");
      await tabTo("#code");
      await page.keyboard.type("abcd efgh ijkl mnop qrst uvwx yz");
      await page.keyboard.press("Enter");
      const { screens } = noticeText("en");
      for (const [i, { title }] of screens.entries()) {
        await page.getByRole("heading", { level: 1, name: title }).waitFor();
        if (i + 1 === screens.length) break;
        await tabTo("main form button");
        await page.keyboard.press("Enter");
      }
      await tabTo("#copy");
      await page.keyboard.press("Space");
      await tabTo("button[name=outcome][value=acknowledged]");
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Waiting for your officer" }).waitFor();
      expect(opened.world.calls.answers).toMatchObject([{ outcome: "acknowledged", copyGiven: true }]);

      await leave();
      opened.world.view = { step: "done" };
      await page.goto(`${opened.home}/sent/6`);
      await tabTo("form[action$='/say'] button");
      await page.keyboard.press("Enter");
      await tabTo("#kind-explain");
      await page.keyboard.press("ArrowDown");
      await tabTo("#text");
      await page.keyboard.type("It was the choir.");
      await tabTo("main form button");
      await page.keyboard.press("Enter");
      await page.waitForURL("**/sent/*");
      expect(opened.world.calls.statements).toMatchObject([{ kind: "dispute", about: 6, text: "It was the choir." }]);
    }, 60_000);

    test("an error takes the focus to its summary, whose link leads to the field", async () => {
      await reset();
      await page.goto(`${opened.home}/say`);
      await page.locator("main form button").click();
      await page.waitForFunction(() => document.activeElement?.classList.contains("govuk-error-summary"));
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      expect(await page.evaluate(() => document.activeElement?.id)).toBe("kind-explain");
    });
  },
);
