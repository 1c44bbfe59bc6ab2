import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { findChromium } from "../../scripts/setup/chromium.ts";
import { type PracticeBrowser, preparePracticeBrowser } from "../../scripts/start/browser.ts";
import { type PracticeRun, startPractice } from "../../scripts/start/practice-run.ts";
import { acknowledge, openTourBrowser, signInToConsole } from "../../scripts/start/tour.ts";

const minute = 60_000;

/** Server, agent, practice web and Chromium of a practice run, and the reviewer at the queue. */
export interface PracticeWorld {
  readonly folder: string;
  readonly run: PracticeRun;
  readonly context: BrowserContext;
  /** The reviewer's tab, signed in. */
  readonly desk: Page;
  /** The alerts in the queue now, newest address of each first as the page orders them. */
  listAlerts(): Promise<readonly QueuedAlert[]>;
  close(): Promise<void>;
}

export interface QueuedAlert {
  readonly path: string;
  readonly text: string;
}

/** `openBrowser` stands in for the practice run's own way to Chromium. */
export async function openPracticeWorld(
  openBrowser: (run: PracticeRun, folder: string) => Promise<BrowserContext> = openOwnBrowser,
): Promise<PracticeWorld> {
  const folder = mkdtempSync(join(tmpdir(), "overt-practice-"));
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  const run = await startPractice(folder, () => undefined).catch((error: unknown) => {
    remove();
    throw error;
  });
  let context: BrowserContext | undefined;
  const close = async () => {
    await context?.close();
    await run.close();
    remove();
  };
  try {
    context = await openBrowser(run, folder);
    // Slow machines are waited for; the tests' own bounds end what hangs.
    context.setDefaultTimeout(minute);
    const desk = await context.newPage();
    await signInToConsole(desk, run.consoleLink);
    return { folder, run, context, desk, listAlerts: () => listAlerts(desk), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The built extension and native host as a practice run prepares them. */
export function prepareBrowser(run: PracticeRun, folder: string): PracticeBrowser {
  const dist = resolve(import.meta.dirname, "../../dist");
  const executable = findChromium() ?? "";
  return preparePracticeBrowser({ executable, folder, dist, agentState: run.agentState, sitePort: run.site.port });
}

function openOwnBrowser(run: PracticeRun, folder: string): Promise<BrowserContext> {
  return openTourBrowser(prepareBrowser(run, folder));
}

/** The person reads, answers, and monitoring comes on; leaves the notice open. */
export async function enrolPerson({ context, run }: Pick<PracticeWorld, "context" | "run">): Promise<Page> {
  const notice = await context.newPage();
  await acknowledge(notice, run.noticeAddress);
  const on = notice.getByRole("heading", { level: 1, name: "Monitoring is on" });
  while (!(await on.isVisible())) {
    await notice.waitForTimeout(300);
    await notice.reload();
  }
  return notice;
}

async function listAlerts(desk: Page): Promise<QueuedAlert[]> {
  await desk.goto(new URL("/queue", desk.url()).href);
  const rows = await desk.locator("[data-queue] tbody tr").all();
  return Promise.all(
    rows.map(async (row) => ({
      path: (await row.getByRole("link").getAttribute("href")) ?? "",
      text: (await row.innerText()).replaceAll(/\s+/g, " "),
    })),
  );
}
