import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import type { PracticeBrowser } from "./browser.ts";
import type { PracticeRun } from "./practice-run.ts";
import { practiceHosts } from "./practice-site.ts";

export interface TourOptions {
  readonly run: Pick<PracticeRun, "noticeAddress" | "consoleLink">;
  readonly browser: PracticeBrowser;
  readonly pictures: string;
  readonly say: (line: string) => void;
}

/** The browser of a practice run, driven by a script instead of a hand. */
export function openTourBrowser(browser: PracticeBrowser, headless = true): Promise<BrowserContext> {
  return chromium.launchPersistentContext(browser.profile, {
    executablePath: browser.executable,
    headless,
    viewport: { width: 1100, height: 900 },
    // Playwright's default keeps every extension out.
    ignoreDefaultArgs: ["--disable-extensions"],
    args: [...browser.args],
  });
}

/** Goes through the notice to the answer; does nothing where the device is enrolled already. */
export async function acknowledge(page: Page, noticeAddress: string): Promise<void> {
  await page.goto(noticeAddress);
  await page.getByRole("button", { name: "Go on" }).click();
  while (page.url().includes("/enrol")) {
    const answer = page.getByRole("button", { name: "I have read this" });
    if (await answer.isVisible()) {
      await answer.click();
      break;
    }
    await page.getByRole("button", { name: "Next" }).click();
  }
  await page.waitForURL("**/status", { timeout: 30_000 });
}

/** Visits a page of the practice web as a person does: in a tab of its own, in front. */
export async function visit(context: BrowserContext, host: string, path = "/"): Promise<Page> {
  const page = await context.newPage();
  await page.bringToFront();
  await page.goto(`http://${host}${path}`);
  return page;
}

export async function signInToConsole(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.getByRole("button", { name: /sign in/i }).click();
  await page.waitForURL("**/queue");
}

/** The main job from end to end, with a picture of each screen. */
export async function takeTour(options: TourOptions): Promise<void> {
  const { run, browser, pictures, say } = options;
  mkdirSync(pictures, { recursive: true });
  const context = await openTourBrowser(browser);
  const shoot = async (page: Page, name: string) => {
    await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
    say(`picture ${join(pictures, `${name}.png`)}`);
  };
  try {
    const notice = await context.newPage();
    say("the person reads the notice and answers");
    await acknowledge(notice, run.noticeAddress);
    await shoot(notice, "1-status");
    say("the person visits Lantern Chat");
    const site = await visit(context, practiceHosts.listed);
    await site.waitForTimeout(2_000);
    say("the reviewer opens the queue");
    const desk = await context.newPage();
    await signInToConsole(desk, run.consoleLink);
    const alert = desk.getByRole("link", { name: /practice-chat-site/ }).first();
    await alert.waitFor({ timeout: 20_000 });
    await shoot(desk, "2-queue");
    await alert.click();
    await shoot(desk, "3-alert");
    await notice.bringToFront();
    await notice.goto(new URL("/sent", run.noticeAddress).href);
    await shoot(notice, "4-sent");
    say("the tour is over; the pages stay open until Ctrl-C");
  } finally {
    await context.close();
  }
}
