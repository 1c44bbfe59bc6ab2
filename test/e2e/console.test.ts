import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { toBase64, toHex } from "@overt/shared/bytes.ts";
import type { FastifyInstance } from "fastify";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { buildConsoleAssets } from "../../scripts/build/console.ts";
import { findChromium } from "../../scripts/setup/chromium.ts";
import { findChromiumObstacle } from "../support/chromium.ts";
import { type ConsoleWorld, openConsoleWorld, reviewerBox } from "../support/console-world.ts";
import { findFreePort } from "../support/free-port.ts";
import type { SimulatedDevice } from "../support/ingest-store.ts";

const level1 = { v: 1, level: 1, host: "shop.example", maskedTerm: "s**p" };
const level2 = {
  ...{ v: 1, level: 2, url: "https://shop.example/basket?item=9", context: "one two shop three four" },
  title: "The shop <img src=x onerror=alert(1)> & more",
};
const patient = { timeout: 15_000 };

describe.skipIf(findChromiumObstacle() !== undefined)("the console in real Chromium", () => {
  let assets: string;
  let browser: Browser;
  let world: ConsoleWorld;
  let app: FastifyInstance;
  let origin: string;
  let device: SimulatedDevice;
  let eventHash: string;
  let complaints: string[];
  let contexts: BrowserContext[];

  beforeAll(async () => {
    assets = mkdtempSync(join(tmpdir(), "overt-assets-"));
    await buildConsoleAssets(assets);
    browser = await chromium.launch({
      executablePath: findChromium() ?? "",
      args: [...(process.getuid?.() === 0 ? ["--no-sandbox"] : []), "--disable-gpu"],
    });
  });
  afterAll(async () => {
    await browser.close();
    rmSync(assets, { recursive: true, force: true });
  });

  beforeEach(async () => {
    world = await openConsoleWorld();
    device = world.ingest.addDevice(world.order);
    eventHash = device.match({ evidence: { level1, level2 } });
    await world.poll();
    origin = `http://127.0.0.1:${await findFreePort()}`;
    app = world.buildApp(origin, { live: true, assets });
    await app.listen({ host: "127.0.0.1", port: Number(new URL(origin).port) });
    complaints = [];
    contexts = [];
  });
  afterEach(async () => {
    for (const context of contexts) await context.close();
    await app.close();
    await world.close();
  });

  async function openPage(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ baseURL: origin, ...options });
    contexts.push(context);
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      const ordinary = message.text().startsWith("Failed to load resource");
      if (message.type() === "error" && !ordinary) complaints.push(message.text());
    });
    return page;
  }

  async function signIn(page: Page, keyOf = "reviewer-1", reviewerId = "reviewer-1"): Promise<void> {
    const fragment = keyOf === "none" ? "" : `#key=${toHex(reviewerBox(keyOf).secretKey)}`;
    await page.goto(`/sign-in/${await world.link(reviewerId)}${fragment}`);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL("**/queue");
  }

  async function claim(page: Page): Promise<void> {
    await page.goto("/alerts/1");
    await page.getByRole("button", { name: "Claim this alert" }).click();
    await page.getByRole("button", { name: "Give back" }).waitFor();
  }

  const openFirst = (page: Page) => page.getByRole("button", { name: "Open site and masked term of match 1" });
  const openSecond = (page: Page) => page.getByRole("button", { name: "Open the full item of match 1" });

  async function expectNoBarrier(page: Page, state: string): Promise<void> {
    const { violations } = await new AxeBuilder({ page })
      .options({ rules: { "target-size": { enabled: true } } })
      .analyze();
    expect(violations.map(({ id, nodes }) => [state, id, nodes[0]?.html])).toEqual([]);
  }

  test("a review from the link to the decision: statement, evidence in steps, outcome; no barrier in any state", async () => {
    device.state("I clicked an advert.\nI closed it at once.", eventHash);
    device.add({
      ...{ kind: "coverage", at: world.clock.now },
      intervals: [{ from: world.clock.now - 9_000, to: world.clock.now, state: "not-seen", reason: "asleep" }],
    });
    await world.poll();
    const page = await openPage();
    const sent: string[] = [];
    page.on("request", (request) =>
      sent.push(`${request.url()} ${request.postData() ?? ""} ${JSON.stringify(request.headers())}`),
    );

    await page.goto("/");
    await expectNoBarrier(page, "signed out");
    await page.goto(`/sign-in/${await world.link("reviewer-1")}#key=${toHex(reviewerBox("reviewer-1").secretKey)}`);
    await expectNoBarrier(page, "sign in");
    expect(page.url()).not.toContain("#");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL("**/queue");
    await expectNoBarrier(page, "queue");
    await page.getByRole("link", { name: /CASE-0042/ }).click();
    await expectNoBarrier(page, "alert, free");
    await page.getByRole("button", { name: "Claim this alert" }).click();
    await page.getByText("Time left: 9:").waitFor();
    await expectNoBarrier(page, "alert, claimed");

    expect(await openSecond(page).isDisabled()).toBe(true);
    await page.getByLabel("It matches, and it is permitted").check();
    await page.getByLabel("Main reason").selectOption("work-or-education");
    await page.getByLabel("What the person is told").fill("We looked at this visit. It is permitted.");
    await page.getByRole("button", { name: "Record the decision" }).click();
    await page.getByRole("link", { name: /Read what the person says/ }).waitFor();
    await expectNoBarrier(page, "statement not read");

    await page.getByRole("button", { name: "Open the statement" }).click();
    await page.getByText("I closed it at once.").waitFor();
    await openFirst(page).click();
    await page.getByText("s**p", { exact: true }).waitFor();
    await openSecond(page).click();
    await page.getByText("https://shop.example/basket?item=9").waitFor();
    expect(await page.getByText(level2.title, { exact: true }).count()).toBe(1);
    expect(await page.locator("dd img").count()).toBe(0);
    await expectNoBarrier(page, "alert, all opened");

    await page.getByLabel("Possible breach").check();
    await page.getByRole("button", { name: "Record the decision" }).click();
    await page.getByRole("link", { name: /must be signed with a passkey/ }).waitFor();
    await expectNoBarrier(page, "passkey required");
    expect(await page.getByLabel("What the person is told").inputValue()).toContain("It is permitted.");
    await page.getByLabel("It matches, and it is permitted").check();
    await page.getByRole("button", { name: "Record the decision" }).click();
    await page.getByText("Decision on this alert").waitFor();
    await expectNoBarrier(page, "alert, decided");

    for (const path of ["/queue", "/devices", `/devices/${device.deviceId}`, "/audit", "/key", "/nothing-here"]) {
      await page.goto(path);
      await expectNoBarrier(page, path);
    }
    await expect
      .poll(() => [...world.ingest.handedOver.values()].map((item) => item.reply?.item.kind), patient)
      .toEqual(expect.arrayContaining(["view", "view", "view", "decision"]));
    const secret = toHex(reviewerBox("reviewer-1").secretKey);
    expect(sent.filter((text) => text.includes(secret))).toEqual([]);
    expect(await page.context().cookies()).toMatchObject([
      { name: "__Host-overt-console", httpOnly: true, secure: true },
    ]);
    expect(complaints).toEqual([]);
  });

  test("without a key nothing is asked of the server; a key file of somebody else is not taken", async () => {
    const page = await openPage();
    await signIn(page, "none");
    await claim(page);
    await openFirst(page).click();
    await page.getByText("Nothing was opened and nothing was logged").waitFor();
    expect(await world.store.evidence.listViews(1)).toEqual([]);
    const file = (name: string) => ({
      name: "key.json",
      mimeType: "application/json",
      buffer: Buffer.from(JSON.stringify({ v: 1, name, seed: toHex(reviewerBox(name).secretKey) })),
    });
    await page.getByLabel("Load a key file").setInputFiles(file("reviewer-2"));
    await page.getByText("It was not taken").waitFor();
    await page.getByLabel("Load a key file").setInputFiles(file("reviewer-1"));
    await page.getByText("Your key is in this tab").waitFor();
    await openFirst(page).click();
    await page.getByText("s**p", { exact: true }).waitFor();
    expect(complaints).toEqual([]);
  });

  test("a key that the item was not sealed to gets a plain message and no text", async () => {
    const page = await openPage();
    await signIn(page, "stranger-1");
    await claim(page);
    await openFirst(page).click();
    await page.getByText("This was not sealed to your key.").waitFor();
    expect(await page.getByText("shop.example", { exact: true }).count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test.each([
    ["one flipped bit", "has been changed or damaged", flipBit],
    ["another genuine item", "not the one the device signed for", () => toBase64(otherBlob())],
    ["no blob at all", "not in the form that a device writes", () => "AAAA=BBB"],
  ])("in place of the item %s: refused, and nothing shown", async (_, message, change) => {
    const page = await openPage();
    await signIn(page);
    await claim(page);
    await page.route("**/evidence", async (route) => {
      const answer = await route.fetch();
      const json = await answer.json();
      await route.fulfill({ response: answer, json: { ...json, ciphertext: change(json.ciphertext) } });
    });
    await openFirst(page).click();
    await page.getByText(message).waitFor();
    expect(await page.getByText("shop.example", { exact: true }).count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  /** Level 2 of the same event: sealed to the same people, committed to elsewhere. */
  function otherBlob(): Uint8Array {
    const blob = [...world.ingest.blobs.values()][1];
    if (blob === undefined) throw new Error("there is no second blob");
    return blob;
  }

  test("a statement that nobody can read is recorded as such and lets the decision through", async () => {
    device.state("lost words", eventHash);
    await world.poll();
    const page = await openPage();
    await signIn(page);
    await claim(page);
    await page.route("**/statement", async (route) => {
      const answer = await route.fetch();
      const json = await answer.json();
      await route.fulfill({ response: answer, json: { ...json, ciphertext: flipBit(json.ciphertext) } });
    });
    await page.getByRole("button", { name: "Open the statement" }).click();
    await page.getByText("Cannot be read:").waitFor();
    await page.getByLabel("Cannot tell").check();
    await page.getByLabel("Main reason").selectOption("technical-fault");
    await page.getByRole("button", { name: "Record the decision" }).click();
    await page.getByText("Decision on this alert").waitFor();
  });

  test("new alerts are offered and move no row until asked for", async () => {
    const page = await openPage();
    await signIn(page);
    const rows = page.locator("tbody tr");
    expect(await rows.count()).toBe(1);
    device.match({ ruleId: "another-rule", severity: "urgent" });
    device.match({ ruleId: "third-rule" });
    const button = page.getByRole("button", { name: "Show 2 new alerts" });
    await button.waitFor();
    expect(await rows.count()).toBe(1);
    await expectNoBarrier(page, "queue, new alerts offered");
    const before = (await world.store.audit.findHead())?.seq ?? 0;
    await button.click();
    await expect.poll(() => rows.count(), patient).toBe(3);
    expect(await button.isVisible()).toBe(false);
    expect((await world.store.audit.findHead())?.seq).toBe(before + 1);
    device.match({ ruleId: "fourth-rule" });
    await page.getByRole("button", { name: "Show 1 new alert", exact: true }).waitFor();
    expect(complaints).toEqual([]);
  });

  test("drafts are saved while typing; the lease warns, extends, and its loss keeps the words", async () => {
    const page = await openPage();
    await signIn(page);
    // The page's time stands still but for what `pass` and `runFor` turn, so no slowness of the machine counts as silence.
    await page.clock.install();
    await page.clock.pauseAt(Date.now() + 3_600_000);
    await claim(page);
    await page.getByLabel("Private note").fill("half a thought");
    await page.clock.runFor(2_000);
    await page.getByText("Draft saved.", { exact: true }).waitFor();
    expect(await world.store.claims.findDraft(1, "reviewer-1")).toMatchObject({ privateNote: "half a thought" });

    const pass = async (seconds: number) => {
      world.clock.now += seconds;
      await page.clock.fastForward(seconds * 1_000);
    };
    // The heartbeat's answer is kept back until the lease that it gives is almost over.
    const { promise: late, resolve: deliver } = Promise.withResolvers<void>();
    await page.route(
      "**/extend",
      async (route) => {
        const response = await route.fetch();
        await late;
        await route.fulfill({ response });
      },
      { times: 1 },
    );
    // What was typed counts as presence: the next heartbeat extends, and only the silence after it warns.
    await pass(61);
    const until = async () => (await world.store.alerts.findAlert(1, { group: "group-a" }))?.claim?.until;
    await expect.poll(until, patient).toBe(world.clock.now + 600);
    await pass(485);
    const answered = page.waitForResponse("**/extend");
    deliver();
    await (await answered).finished();
    await page.getByText("Time left: 1:55.", { exact: true }).waitFor();
    await page.clock.runFor(1_000);
    await page.getByText("Your claim ends in less than 2 minutes").waitFor();
    await page.clock.resume();
    await expectNoBarrier(page, "lease ending");
    await page.getByRole("button", { name: "Extend to 10 minutes" }).click();
    await page.getByText("Your claim now lasts 10 more minutes.").waitFor();
    await pass(601);
    await page.clock.runFor(1_000);
    await page.getByText("Your claim has ended").waitFor();
    await page.reload();
    expect(await page.getByLabel("Private note").inputValue()).toBe("half a thought");
    await page.getByRole("button", { name: "Claim this alert" }).waitFor();
  });

  test("a whole review by keyboard alone", async () => {
    const page = await openPage();
    await signIn(page);
    const tabTo = async (name: RegExp) => {
      for (let i = 0; i < 60; i++) {
        await page.keyboard.press("Tab");
        const text = await page.evaluate(() => {
          const focused = document.activeElement as HTMLElement | null;
          const labels = focused instanceof HTMLInputElement ? [...(focused.labels ?? [])] : [];
          return [
            focused?.textContent ?? "",
            focused?.id ?? "",
            ...labels.map((label) => label.textContent ?? ""),
          ].join(" ");
        });
        if (name.test(text)) return;
      }
      throw new Error(`the Tab key never reached ${name}`);
    };
    await tabTo(/Claim the next alert/);
    await page.keyboard.press("Enter");
    await page.waitForURL("**/alerts/1");
    await tabTo(/Open site and masked term/);
    await page.keyboard.press("Enter");
    await page.getByText("s**p", { exact: true }).waitFor();
    await tabTo(/Possible breach/);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await tabTo(/reasonCode/);
    await page.keyboard.type("The words mean");
    await tabTo(/told/);
    await page.keyboard.type("Nothing more will happen.");
    await tabTo(/Record the decision/);
    await page.keyboard.press("Enter");
    await page.getByText("Decision on this alert").waitFor();
    expect(await world.store.decisions.list(1)).toMatchObject([
      { outcome: "false-match", reasonCode: "another-meaning" },
    ]);
  });

  test("without JavaScript a review ends in a decision, and the page says what cannot be opened", async () => {
    const page = await openPage({ javaScriptEnabled: false });
    await signIn(page, "none");
    await claim(page);
    await page.getByText("which needs JavaScript").first().waitFor();
    expect(await openFirst(page).count()).toBe(0);
    await page.getByLabel("Cannot tell").check();
    await page.getByLabel("Main reason").selectOption("too-little-shown");
    await page.getByRole("button", { name: "Record the decision" }).click();
    await page.getByText("Decision on this alert").waitFor();
  });

  test("at 320 pixels no page scrolls sideways and targets stay large enough", async () => {
    device.state("words", eventHash);
    await world.poll();
    const page = await openPage({ viewport: { width: 320, height: 800 } });
    await signIn(page);
    await claim(page);
    await openFirst(page).click();
    await page.getByText("s**p", { exact: true }).waitFor();
    const check = async (path: string) => {
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width, path).toBeLessThanOrEqual(320);
      await expectNoBarrier(page, `${path} at 320 pixels`);
    };
    await check("alert");
    for (const path of ["/queue", "/devices", `/devices/${device.deviceId}`, "/audit", "/key"]) {
      await page.goto(path);
      await check(path);
    }
  });

  test("the session warns before it ends and stays with one button", async () => {
    const page = await openPage();
    await signIn(page);
    await page.clock.install();
    await page.goto("/queue");
    const pass = async (seconds: number) => {
      world.clock.now += seconds;
      await page.clock.fastForward(seconds * 1_000);
    };
    await pass(1_681);
    await page.getByText("You will be signed out in 2 minutes").waitFor();
    await expectNoBarrier(page, "session ending");
    await page.getByRole("button", { name: "Stay signed in" }).click();
    await page.getByText("You will be signed out in 2 minutes").waitFor({ state: "hidden" });
    await pass(1_500);
    expect((await page.goto("/queue"))?.status()).toBe(200);
    await pass(1_801);
    await page.getByText("You have been signed out.").waitFor();
    expect((await page.goto("/queue"))?.status()).toBe(401);
  });

  test("signing out forgets the key of this tab", async () => {
    const page = await openPage();
    await signIn(page);
    expect(await page.evaluate(() => sessionStorage.length)).toBe(1);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByText("You are signed out").waitFor();
    await expect.poll(() => page.evaluate(() => sessionStorage.length), patient).toBe(0);
  });
});

function flipBit(base64: string): string {
  const bytes = Buffer.from(base64, "base64");
  const at = bytes.length - 40;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes.toString("base64");
}
