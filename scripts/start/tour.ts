import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type BrowserContext, chromium, type Locator, type Page } from "playwright-core";
import type { PracticeBrowser } from "./browser.ts";
import type { PracticeRun } from "./practice-run.ts";
import { practiceHosts } from "./practice-site.ts";

/** Long enough on a page for it to count: more than the extension's second. */
export const readingMs = 2_000;
/** What this product promises from the visit to the alert in the queue, in seconds. */
const promisedSeconds = 5;

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
    env: { ...process.env, ...browser.env },
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

/** Claims the alert on this page and opens both steps of its evidence; returns what the second step showed. */
export async function openEvidence(desk: Page): Promise<string> {
  await desk.getByRole("button", { name: "Claim this alert" }).click();
  await desk.getByRole("button", { name: "Open site and masked term" }).first().click();
  const opened = desk.locator("[data-content]:visible");
  await opened.first().waitFor();
  await desk.getByRole("button", { name: "Open the full item" }).first().click();
  await opened.nth(1).waitFor();
  return (await opened.allInnerTexts()).join("\n");
}

export async function decide(desk: Page, told: string): Promise<void> {
  await desk.locator("input[name=outcome][value=match-but-permitted]").check({ force: true });
  await desk.locator("select[name=reasonCode]").selectOption("allowed-by-officer");
  await desk.locator("textarea[name=told]").fill(told);
  await desk.locator("[data-decision-form] button[type=submit]").first().click();
  await desk.getByText("Decided", { exact: false }).first().waitFor();
}

/** Waits until the person's page of sent records says that something was decided, and opens that record. */
export async function readOutcome(notice: Page, noticeAddress: string, outcome: string): Promise<void> {
  await notice.bringToFront();
  for (;;) {
    await notice.goto(new URL("../sent", noticeAddress).href);
    const row = notice.getByRole("row", { name: outcome });
    if ((await row.count()) > 0) {
      await row.first().getByRole("link").click();
      return;
    }
    await notice.waitForTimeout(500);
  }
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
    await shoot(notice, "notice-status");
    say("the reviewer signs in and looks at the queue");
    const desk = await context.newPage();
    await signInToConsole(desk, run.consoleLink);
    const before = await countMatches(desk);
    say("the person visits Lantern Chat");
    const visitedAt = performance.now();
    await visit(context, practiceHosts.listed);
    const after = await findAlert(desk, before);
    say(describeDelay((performance.now() - visitedAt) / 1_000));
    await desk.bringToFront();
    await shoot(desk, "queue");
    await after.click();
    await shoot(desk, "alert");
    say("the reviewer claims the alert and opens the evidence in steps");
    await openEvidence(desk);
    await shoot(desk, "alert-opened");
    say("the reviewer decides and tells the person");
    await decide(desk, "A reviewer looked at this visit. Your officer had agreed to it, so nothing follows from it.");
    await shoot(desk, "alert-decided");
    say("the person sees what was sent, who opened it and what was decided");
    await readOutcome(notice, run.noticeAddress, "It matched, but it was permitted");
    await shoot(notice, "notice-record");
    say("the tour is over; everything goes on running");
  } finally {
    await context.close();
  }
}

function describeDelay(seconds: number): string {
  const measured = `the alert was in the queue ${seconds.toFixed(1)} s after the visit began`;
  return seconds <= promisedSeconds
    ? `${measured} (promised: within ${promisedSeconds} s)`
    : `${measured}: SLOWER than the ${promisedSeconds} s that are promised; is this machine busy?`;
}

const alertLinks = (desk: Page) => desk.getByRole("link", { name: /alert \d+/i });

/** Matches that the queue speaks of: a further one joins the group of an alert that is there already. */
async function countMatches(desk: Page): Promise<number> {
  const groups = await desk
    .locator("tbody")
    .getByText(/^\d+ match(es)?$/)
    .allInnerTexts();
  return groups.reduce((sum, text) => sum + Number.parseInt(text, 10), 0);
}

/** Reloads the queue until it holds more than before; answers the link to the first alert. */
export async function findAlert(desk: Page, before = 0): Promise<Locator> {
  while ((await countMatches(desk)) <= before) {
    await desk.waitForTimeout(200);
    await desk.goto(new URL("/queue", desk.url()).href);
  }
  return alertLinks(desk).first();
}
