import { AxeBuilder } from "@axe-core/playwright";
import { extensionId } from "@overt/agent/bridge/identity.ts";
import type { BrowserContext, Page, Worker } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromiumObstacle, findProcesses, findWorker, launchChromium } from "../support/chromium.ts";
import { type ExtensionSetup, makeExtensionSetup } from "../support/extension-setup.ts";
import { type FakeAgent, onStatus, openFakeAgent } from "../support/fake-agent.ts";
import { openWebSite, type WebSite } from "../support/web-site.ts";

/** Two busy cores can take long; a pass ends it early. */
const patient = { timeout: 15_000 };

const origin = "http://www.site.example";
const titled = (title: string, body = "") => `<!doctype html><title>${title}</title><h1>${title}</h1>${body}`;
const later = `<script>setTimeout(() => { document.title = "Second title"; }, 1500)</script>`;
const moves = `<script>setTimeout(() => history.pushState({}, "", "/moved-after-pause"), 2500)</script>`;

describe.skipIf(findChromiumObstacle() !== undefined)("the extension in real Chromium", () => {
  let site: WebSite;
  let setup: ExtensionSetup;
  let agent: FakeAgent;
  let context: BrowserContext;
  let worker: Worker;
  let page: Page;

  beforeAll(async () => {
    site = await openWebSite({
      "/plain": titled("Plain page"),
      "/framed": titled("Framed page", `<iframe src="http://frame.test/in-frame" hidden></iframe>`),
      "/in-frame": titled("In a frame"),
      "/prefetch": titled("Prefetching page", `<link rel="prefetch" href="/prefetched">`),
      "/prefetched": titled("Prefetched"),
      "/server-redirect": { redirect: "/after-server-redirect" },
      "/after-server-redirect": titled("After a server redirect"),
      "/client-redirect": titled("Passing through", `<script>location.replace("/after-client-redirect")</script>`),
      "/after-client-redirect": titled("After a client redirect"),
      "/links": titled(
        "Links",
        `<a id="blank" href="/in-new-tab" target="_blank">new</a><a id="next" href="/behind">next</a>`,
      ),
      "/in-new-tab": titled("In a new tab"),
      "/behind": titled("Behind"),
      "/single-page": titled("Single page"),
      "/small-window": titled("Small window"),
      "/retitled": titled("First title", later),
      "/barrier": titled("Barrier"),
      "/during-pause": titled("During a pause", moves),
      "/while-away": titled("While away"),
      "/after-return": titled("After return"),
    });
    setup = await makeExtensionSetup();
    agent = await openFakeAgent(setup.bridge);
    context = await launchChromium({
      userDataDir: setup.userDataDir,
      extensionDir: setup.extensionDir,
      sitePort: site.port,
    });
    worker = await findWorker(context, extensionId);
    page = context.pages()[0] ?? (await context.newPage());
    await agent.waitFor("hello");
  });
  afterAll(async () => {
    await context?.close();
    await agent?.close();
    await site?.close();
    setup?.remove();
  });

  const seen = (path: string) => agent.navigations.filter((navigation) => navigation.url === `${origin}${path}`);
  const waitForPage = (path: string, milliseconds?: number) =>
    agent.waitFor("navigation", (message) => message.url === `${origin}${path}`, milliseconds);
  let barriers = 0;
  /** Whatever was committed before this and is to be reported has been once it returns: its dwell began earlier. */
  async function passTime(): Promise<void> {
    const path = `/barrier?${++barriers}`;
    await page.bringToFront();
    await page.goto(`${origin}${path}`);
    await waitForPage(path);
  }

  test("the greeting says where the extension came from and that its badge is on the toolbar", async () => {
    expect(await agent.waitFor("hello")).toMatchObject({
      browser: "chromium",
      pinned: true,
      installType: "development",
    });
  });

  test("a page that a person opens is reported once, with its title and cause, without password or fragment", async () => {
    await page.goto("http://user:secret@www.site.example/plain#part");
    const navigation = await waitForPage("/plain");
    expect(navigation).toMatchObject({ cause: "user-navigation" });
    expect(await agent.waitFor("title", (message) => message.tab === navigation.tab)).toMatchObject({
      title: "Plain page",
      url: `${origin}/plain`,
    });
    await passTime();
    expect(seen("/plain")).toHaveLength(1);
    expect(JSON.stringify(agent.messages)).not.toContain("secret");
  });

  test("a title that changes later is reported too", async () => {
    await page.goto(`${origin}/retitled`);
    await agent.waitFor("title", (message) => message.title === "First title");
    await agent.waitFor("title", (message) => message.title === "Second title");
  });

  test("a hidden frame is not reported", async () => {
    await page.goto(`${origin}/framed`);
    await waitForPage("/framed");
    await passTime();
    expect(site.requests.some((request) => request.path === "/in-frame")).toBe(true);
    expect(agent.navigations.filter((navigation) => navigation.url.includes("/in-frame"))).toEqual([]);
  });

  test("a prefetched page is not reported", async () => {
    await page.goto(`${origin}/prefetch`);
    await waitForPage("/prefetch");
    await passTime();
    expect(site.requests.some((request) => request.path === "/prefetched")).toBe(true);
    expect(seen("/prefetched")).toEqual([]);
  });

  test("a redirect is reported where it ends, as a redirect, and not where it passed through", async () => {
    await page.goto(`${origin}/server-redirect`);
    expect(await waitForPage("/after-server-redirect")).toMatchObject({ cause: "redirect" });
    await page.goto(`${origin}/client-redirect`).catch(() => undefined);
    expect(await waitForPage("/after-client-redirect")).toMatchObject({ cause: "redirect" });
    expect(seen("/server-redirect")).toEqual([]);
    expect(seen("/client-redirect")).toEqual([]);
  });

  test("a link that opens a new tab in front is reported", async () => {
    await page.goto(`${origin}/links`);
    const opened = context.waitForEvent("page");
    await page.click("#blank");
    expect(await waitForPage("/in-new-tab")).toMatchObject({ cause: "user-navigation" });
    await (await opened).close();
  });

  test("a tab opened behind is not reported until it is brought forward, and then as background", async () => {
    await page.goto(`${origin}/links`);
    const opened = context.waitForEvent("page");
    await page.click("#next", { modifiers: ["Control"] });
    const behind = await opened;
    await behind.waitForLoadState();
    await passTime();
    expect(seen("/behind")).toEqual([]);
    await behind.bringToFront();
    expect(await waitForPage("/behind")).toMatchObject({ cause: "background" });
    await behind.close();
  });

  test("an address that a page changes by itself is reported; a fragment is not", async () => {
    await page.goto(`${origin}/single-page`);
    await waitForPage("/single-page");
    await page.evaluate(() => history.pushState({}, "", "/single-page/second"));
    await waitForPage("/single-page/second");
    await page.evaluate(() => {
      location.hash = "third";
    });
    await passTime();
    expect(seen("/single-page/second")).toHaveLength(1);
  });

  test("a window without tabs is reported while it is in front", async () => {
    await page.goto(`${origin}/links`);
    await waitForPage("/links");
    const opened = context.waitForEvent("page");
    await page.evaluate(() => void window.open("/small-window", "", "width=400,height=300"));
    const small = await opened;
    await small.bringToFront();
    await waitForPage("/small-window");
    await small.close();
  });

  test("the badge and the popup say in words what the agent says", async () => {
    const badge = () =>
      worker.evaluate(async () => [await chrome.action.getBadgeText({}), await chrome.action.getTitle({})]);
    await expect
      .poll(badge, patient)
      .toEqual(["ON", expect.stringMatching(/^PRACTICE\. Monitoring under a court order is on/)]);
    const popup = await context.newPage();
    await popup.goto(`chrome-extension://${extensionId}/popup.html`);
    await expect
      .poll(() => popup.innerText("main"), patient)
      .toContain("addresses of pages that you have in front of you");
    expect(await popup.innerText("main")).toContain("PRACTICE");
    expect(await popup.getAttribute("a", "href")).toBe(onStatus.noticeUrl);
    agent.broadcast({ ...onStatus, state: "problem" });
    await expect.poll(badge, patient).toEqual(["!!", expect.stringContaining("problem")]);
    await expect.poll(() => popup.innerText("main"), patient).toContain("Monitoring has a problem");
    const { violations } = await new AxeBuilder({ page: popup }).analyze();
    expect(violations.map((violation) => violation.id)).toEqual([]);
    await popup.close();
    agent.broadcast(onStatus);
    await expect.poll(badge, patient).toEqual(["ON", expect.anything()]);
  });

  test("a challenge is answered with both facts while the badge can be seen", async () => {
    const nonce = "00112233445566778899aabbccddeeff";
    agent.broadcast({ type: "challenge", nonce });
    expect(await agent.waitFor("answer")).toEqual({ type: "answer", nonce, pinned: true, windowVisible: true });
  });

  test("pages opened during a pause are never reported, pages opened after it are", async () => {
    agent.broadcast({ ...onStatus, state: "paused" });
    await expect.poll(() => worker.evaluate(() => chrome.action.getBadgeText({})), patient).toBe("OFF");
    await page.goto(`${origin}/during-pause`);
    agent.broadcast(onStatus);
    await expect.poll(() => worker.evaluate(() => chrome.action.getBadgeText({})), patient).toBe("ON");
    const other = await context.newPage();
    await page.bringToFront();
    await other.close();
    // The page moves on by itself well after it would have been reported.
    await waitForPage("/moved-after-pause");
    expect(seen("/during-pause")).toEqual([]);
  });

  test("a killed native host comes back and the page then open is reported as restored", async () => {
    await page.goto(`${origin}/after-return`);
    await waitForPage("/after-return");
    const greetings = agent.messages.filter((message) => message.type === "hello").length;
    for (const id of findProcesses(setup.hostFile)) process.kill(id, "SIGKILL");
    await expect.poll(() => worker.evaluate(() => chrome.action.getBadgeText({})), patient).toBe("!!");
    await expect
      .poll(() => agent.messages.filter((message) => message.type === "hello").length, patient)
      .toBe(greetings + 1);
    await agent.waitFor(
      "navigation",
      (message) => message.url === `${origin}/after-return` && message.cause === "restored",
    );
  });

  test("what is opened while no agent runs is reported only if it is still open when one starts", async () => {
    await agent.close();
    await expect.poll(() => worker.evaluate(() => chrome.action.getBadgeText({})), patient).toBe("!!");
    await page.goto(`${origin}/while-away`);
    await page.goto(`${origin}/plain?still-open`);
    agent = await openFakeAgent(setup.bridge);
    expect(await waitForPage("/plain?still-open")).toMatchObject({ cause: "restored" });
    expect(seen("/while-away")).toEqual([]);
  });
});
