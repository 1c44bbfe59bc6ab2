import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { hostname, tmpdir, userInfo } from "node:os";
import { join, relative } from "node:path";
import { toBase32 } from "@overt/shared/bytes.ts";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { startPractice } from "../../scripts/start/practice-run.ts";
import { practiceHosts } from "../../scripts/start/practice-site.ts";
import { openTourBrowser, readOutcome, signInToConsole } from "../../scripts/start/tour.ts";
import { findChromiumObstacle } from "../support/chromium.ts";
import { findSecrets, type Haystack, readHaystack } from "../support/find-secret.ts";
import { enrolPerson, prepareBrowser } from "../support/practice-world.ts";
import { openWireTap, type WireTap } from "../support/wire-tap.ts";

const obstacle = findChromiumObstacle();

/** Letters only, lower case: a secret that no normalisation changes and no text holds by chance. */
const draw = () =>
  `q${toBase32(randomBytes(16))
    .replaceAll(/[^a-z]/g, "x")
    .slice(0, 18)}`;

const seen = {
  host: draw(),
  path: draw(),
  query: draw(),
  fragment: draw(),
  title: draw(),
  pageText: draw(),
  search: draw(),
  statement: draw(),
};
/** Read by nobody: pages that no rule matches, and a protected place. */
const unseen = { otherPath: draw(), otherTitle: draw(), protectedPath: draw(), protectedTitle: draw() };
const names = { userName: draw(), hostName: draw() };
/** The reviewer's own words; the console keeps them, nobody else has them in the clear. */
const reviewers = { told: draw(), note: draw() };

const listed = `http://${seen.host}.${practiceHosts.listed}/${seen.path}?q=${seen.query}`;
const addresses = {
  listed: `${listed}#${seen.fragment}`,
  other: `http://${practiceHosts.shop}/${unseen.otherPath}`,
  protected: `http://${practiceHosts.protected}/${unseen.protectedPath}`,
  search: `http://${practiceHosts.search}/?q=purple+lantern+${seen.search}`,
};

/** A web whose pages' titles and texts are the secrets. */
async function openCanarySite(): Promise<{ port: number; close(): Promise<void> }> {
  const titles: Readonly<Record<string, string>> = {
    [`/${seen.path}`]: `${seen.title} and the Purple Lantern`,
    [`/${unseen.otherPath}`]: unseen.otherTitle,
    [`/${unseen.protectedPath}`]: `${unseen.protectedTitle} Purple Lantern`,
  };
  const server = createServer((request, response) => {
    const title = titles[(request.url ?? "/").replace(/\?.*$/, "")] ?? "Search";
    response.writeHead(200, { "content-type": "text/html" });
    response.end(`<!doctype html><html lang="en"><title>${title}</title><p>${seen.pageText}</p>`);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.closeAllConnections();
      return new Promise((done) => server.close(() => done()));
    },
  };
}

function readFolder(folder: string, skip: RegExp = /^$/): Haystack[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((name) => !skip.test(name))
    .map((name) => readHaystack(relative(folder, name), readFileSync(name)));
}

/** The checkpoint and every tile of the log, as ingest serves them to anybody. */
async function fetchLog(serverUrl: string): Promise<Haystack> {
  const checkpoint = await (await fetch(`${serverUrl}/log/checkpoint`)).text();
  const size = Number(checkpoint.split("\n")[1]);
  const parts = [Buffer.from(checkpoint)];
  for (const kind of ["0", "entries"]) {
    const tile = await fetch(`${serverUrl}/log/tile/${kind}/000.p/${size}`);
    if (tile.ok) parts.push(Buffer.from(await tile.arrayBuffer()));
  }
  expect(size).toBeGreaterThan(5);
  expect(parts.length).toBeGreaterThan(1);
  return readHaystack("the log", Buffer.concat(parts));
}

describe.skipIf(obstacle !== undefined)(`secrets in what a person does${obstacle ? `: ${obstacle}` : ""}`, () => {
  const folder = mkdtempSync(join(tmpdir(), "overt-canary-"));
  const closing: (() => Promise<unknown>)[] = [];
  let tap: WireTap;
  let run: Awaited<ReturnType<typeof startPractice>>;
  let context: BrowserContext;
  let notice: Page;
  let desk: Page;

  beforeAll(async () => {
    for (const name of ["USER", "LOGNAME", "USERNAME"]) vi.stubEnv(name, names.userName);
    for (const name of ["HOSTNAME", "COMPUTERNAME", "HOST"]) vi.stubEnv(name, names.hostName);
    const site = await openCanarySite();
    closing.push(() => site.close());
    run = await startPractice(
      folder,
      () => undefined,
      async (serverUrl) => {
        tap = await openWireTap(serverUrl);
        closing.push(() => tap.close());
        return tap.url;
      },
    );
    closing.push(() => run.close());
    context = await openTourBrowser(prepareBrowser({ ...run, site: { ...run.site, port: site.port } }, folder));
    context.setDefaultTimeout(60_000);
    closing.push(() => context.close());
    notice = await enrolPerson({ context, run });
    desk = await context.newPage();
    await signInToConsole(desk, run.consoleLink);
  }, 240_000);

  afterAll(async () => {
    for (const close of closing.toReversed()) await close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }, 60_000);

  const visit = async (address: string) => {
    const page = await context.newPage();
    await page.bringToFront();
    await page.goto(address);
    await page.waitForTimeout(2_000);
    await page.close();
  };
  const openQueue = async () => {
    await desk.goto(new URL("/queue", desk.url()).href);
    return desk.locator("[data-queue] tbody tr").count();
  };

  test("reach the reviewer and the person, sealed, and what no rule matched reaches nobody", async () => {
    for (const address of Object.values(addresses)) await visit(address);
    await expect.poll(openQueue, { timeout: 60_000 }).toBe(3);

    await notice.bringToFront();
    await notice.goto(new URL("../say?about=1", run.noticeAddress).href);
    await notice.locator("#kind-explain").check({ force: true });
    await notice.locator("#text").fill(`It was ${seen.statement}.`);
    await notice.locator("main form button").click();

    await desk.bringToFront();
    const shown: string[] = [];
    const paths = await desk
      .locator("[data-queue] tbody a")
      .evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? ""));
    for (const path of paths) shown.push(await review(path));
    const all = shown.join("\n");
    for (const [name, secret] of Object.entries(seen)) {
      // A fragment and a page's text are not observed; the order allows no words of a search beyond the term.
      const expected = !["fragment", "pageText", "search"].includes(name);
      expect([name, all.includes(secret)]).toEqual([name, expected]);
    }
    for (const secret of Object.values(unseen)) expect(all).not.toContain(secret);
    await readOutcome(notice, run.noticeAddress, "It matched, but it was permitted");
  }, 240_000);

  /** Claims an alert, opens all that it has, decides it with the reviewer's own secrets, and answers what was shown. */
  async function review(path: string): Promise<string> {
    const statement = desk.locator("[data-open-statement]");
    await desk.goto(new URL(path, desk.url()).href);
    await desk.getByRole("button", { name: "Claim this alert" }).click();
    await desk.locator("[data-lease]").waitFor();
    const opened = desk.locator("[data-content]:visible");
    let expected = 0;
    const open = async (button: ReturnType<Page["locator"]>) => {
      for (let i = 0; i < (await button.count()); i++) {
        await button.nth(i).click();
        await opened.nth(expected++).waitFor();
      }
    };
    await open(statement);
    await open(desk.locator("[data-level='1'] [data-open-evidence]"));
    await open(desk.locator("[data-level='2'] [data-open-evidence]"));
    const shown = (await opened.allInnerTexts()).join("\n");
    await desk.locator("input[name=outcome][value=match-but-permitted]").check({ force: true });
    await desk.locator("select[name=reasonCode]").selectOption("allowed-by-officer");
    await desk.locator("textarea[name=told]").fill(`We know ${reviewers.told}.`);
    await desk.locator("textarea[name=privateNote]").fill(`Think of ${reviewers.note}.`);
    await desk.locator("[data-decision-form] button[type=submit]").first().click();
    await desk.getByText("Decided", { exact: false }).first().waitFor();
    return shown;
  }

  test("stand nowhere in the clear: wire, databases, write-ahead logs, backups, logs, TUF, log tiles, the device's own files", async () => {
    await run.backup(join(folder, "backup"));
    const haystacks = [
      readHaystack("the wire", tap.bytes()),
      await fetchLog(run.serverUrl),
      ...["server", "agency", "agent", "logs", "backup"].flatMap((name) =>
        readFolder(join(folder, name), /chromium\.log$/).map((one) => ({ ...one, name: `${name}/${one.name}` })),
      ),
    ];
    const searched = haystacks.map(({ name }) => name).join(" ");
    for (const part of [
      "backup/ingest.sqlite",
      "backup/console.sqlite",
      "ingest.sqlite",
      "console.sqlite",
      "-wal",
      "server.log",
      "agent.log",
      "timestamp.json",
    ]) {
      expect(searched).toContain(part);
    }
    const wholes = { address: addresses.listed, sentAddress: listed, hostOfIt: `${seen.host}.${practiceHosts.listed}` };
    expect(findSecrets(haystacks, { ...seen, ...unseen, ...names, ...wholes })).toEqual([]);
    const beyondConsole = haystacks.filter(({ name }) => !/^(server|backup)\/console\.sqlite/.test(name));
    expect(findSecrets(beyondConsole, reviewers)).toEqual([]);
    // What this machine is called, where its names are not words that stand everywhere.
    const own = Object.fromEntries([hostname(), userInfo().username].filter((n) => n.length >= 8).map((n) => [n, n]));
    expect(
      findSecrets(
        haystacks.filter(({ name }) => !name.startsWith("logs/")),
        own,
      ),
    ).toEqual([]);
  }, 120_000);
});
