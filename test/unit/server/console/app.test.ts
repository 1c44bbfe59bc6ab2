import { createSignInLink } from "@overt/server/domain/sign-in.ts";
import type { FastifyInstance } from "fastify";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ConsoleClient } from "../../../support/console-client.ts";
import { type ConsoleWorld, openConsoleWorld } from "../../../support/console-world.ts";
import type { SimulatedDevice } from "../../../support/ingest-store.ts";

const origin = "http://127.0.0.1:8802";
let world: ConsoleWorld;
let app: FastifyInstance;
let device: SimulatedDevice;
let eventHash: string;

beforeEach(async () => {
  world = await openConsoleWorld();
  device = world.ingest.addDevice(world.order);
  eventHash = device.match({ evidence: { level1: { v: 1, level: 1, host: "shop.example", maskedTerm: "s**p" } } });
  device.match({ ruleId: "second-rule" });
  await world.poll();
  app = world.buildApp(origin);
  await app.ready();
});
afterEach(async () => {
  await app.close();
  await world.close();
});

const client = () => new ConsoleClient(app, origin);
const signedIn = async (reviewerId = "reviewer-1") => client().signIn(await world.link(reviewerId));
const countAudit = async () => (await world.store.audit.findHead())?.seq ?? 0;
const leaseOf = (html: string) => /name="leaseId" value="([0-9a-f]{32})"/.exec(html)?.[1] ?? "";

async function claimed(reviewerId = "reviewer-1") {
  const browser = await signedIn(reviewerId);
  await browser.post("/alerts/1/claim");
  const leaseId = leaseOf((await browser.get("/alerts/1")).body);
  return { browser, leaseId };
}

describe("signing in", () => {
  test("a link works once; looking at it spends nothing", async () => {
    const link = await world.link("reviewer-1");
    const first = client();
    await first.get(`/sign-in/${link}`);
    await first.get(`/sign-in/${link}`);
    expect(await first.post(`/sign-in/${link}`)).toMatchObject({ statusCode: 303, headers: { location: "/queue" } });
    expect((await first.get("/queue")).statusCode).toBe(200);
    const second = client();
    await second.get(`/sign-in/${link}`);
    expect((await second.post(`/sign-in/${link}`)).statusCode).toBe(403);
    expect((await second.get("/queue")).statusCode).toBe(401);
  });

  test("a link older than its life is refused, and none may live longer than a day", async () => {
    const link = await world.link("reviewer-1");
    world.clock.now += 3_600;
    expect((await client().get(`/sign-in/${link}`)).body).toContain("This link cannot be used");
    await expect(
      createSignInLink(world.signIn, { reviewerId: "reviewer-1", lifeSeconds: 86_401 }),
    ).rejects.toMatchObject({ code: "BAD_FORM" });
    await expect(createSignInLink(world.signIn, { reviewerId: "nobody", lifeSeconds: 60 })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
  });

  test("the session ends when idle, after twelve hours, on signing out and with the roster's entry", async () => {
    const idle = await signedIn();
    world.clock.now += 1_801;
    expect((await idle.get("/queue")).statusCode).toBe(401);

    const long = await signedIn();
    for (let i = 0; i < 24; i++) {
      world.clock.now += 1_790;
      await long.get("/queue");
    }
    world.clock.now += 300;
    expect((await long.get("/queue")).statusCode).toBe(401);

    const out = await signedIn();
    const old = out.cookie;
    await out.post("/sign-out");
    out.cookie = old;
    expect((await out.get("/queue")).statusCode).toBe(401);

    const removed = await signedIn();
    const entry = world.trust.reviewers.reviewers.find((each) => each.reviewerId === "reviewer-1");
    if (entry !== undefined) entry.until = world.clock.now;
    expect((await removed.get("/queue")).statusCode).toBe(401);
  });

  test("the session changes its name every quarter of an hour, and the old name ends", async () => {
    const browser = await signedIn();
    const old = browser.cookie;
    world.clock.now += 901;
    await browser.get("/queue");
    expect(browser.cookie).not.toBe(old);
    world.clock.now += 31;
    expect((await browser.get("/queue")).statusCode).toBe(200);
    browser.cookie = old;
    expect((await browser.get("/queue")).statusCode).toBe(401);
  });
});

describe("what every answer carries", () => {
  test("no-store, a strict policy with trusted types, and a locked cookie", async () => {
    const answer = await client().get("/");
    expect(answer.headers["cache-control"]).toBe("no-store");
    const policy = String(answer.headers["content-security-policy"]);
    expect(policy).toContain("default-src 'self'");
    expect(policy).toMatch(/script-src 'self' 'nonce-[0-9a-f]{32}'/);
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("unsafe");
    const cookie = String(answer.headers["set-cookie"]);
    for (const part of ["__Host-", "HttpOnly", "Secure", "SameSite=Strict", "Path=/"]) expect(cookie).toContain(part);
    expect(cookie).not.toContain("Domain");
  });

  test("PRACTICE on every page", async () => {
    const browser = await signedIn();
    for (const url of [
      "/",
      "/queue",
      "/alerts/1",
      "/devices",
      `/devices/${device.deviceId}`,
      "/audit",
      "/key",
      "/nope",
    ]) {
      const answer = await browser.get(url);
      if (answer.statusCode !== 303) expect(answer.body, url).toContain("PRACTICE");
    }
  });
});

describe("who may ask", () => {
  test.each(["/queue", "/alerts/1", "/devices", "/audit", "/key", "/live"])("%s needs a session", async (url) => {
    const answer = await client().get(url);
    expect(answer.statusCode).toBe(401);
    expect(answer.body).not.toContain("CASE-0042");
  });

  test("another host name is refused", async () => {
    expect((await client().get("/", { host: "evil.example" })).statusCode).toBe(404);
  });

  test.each([
    ["another origin", { origin: "http://evil.example" }],
    ["no origin", { origin: "null" }],
  ])("a form from %s is refused", async (_, headers) => {
    const browser = await signedIn();
    expect((await browser.post("/alerts/1/claim", {}, headers)).statusCode).toBe(403);
    expect(await world.store.claims.countHeld("reviewer-1", world.clock.now)).toBe(0);
  });

  test("a form without its token is refused", async () => {
    const browser = await signedIn();
    browser.token = "wrong";
    expect((await browser.post("/alerts/1/claim")).statusCode).toBe(403);
    expect(await world.store.claims.countHeld("reviewer-1", world.clock.now)).toBe(0);
  });

  test("what belongs to another group does not exist", async () => {
    const stranger = await signedIn("stranger-1");
    const [there, nowhere] = [await stranger.get("/alerts/1"), await stranger.get("/alerts/999")];
    expect([there.statusCode, nowhere.statusCode]).toEqual([404, 404]);
    const body = (html: string) => html.replaceAll(/[0-9a-f]{32}|value="[^"]*"|content="[^"]*"/g, "");
    expect(body(there.body)).toBe(body(nowhere.body));
    expect((await stranger.get(`/devices/${device.deviceId}`)).statusCode).toBe(404);
    expect((await stranger.get("/queue")).body).toContain("Nothing is waiting for you");
    expect((await stranger.post("/alerts/1/claim")).statusCode).toBe(404);
  });

  test("a refusal names the role", async () => {
    const auditor = await signedIn("auditor-1");
    const answer = await auditor.get("/queue");
    expect(answer.statusCode).toBe(403);
    expect(answer.body).toContain("auditor");
    expect((await auditor.get("/audit")).body).toContain("everybody’s");
  });
});

describe("the record of looking", () => {
  test.each(["/queue", "/alerts/1", "/devices", "/audit"])("one GET of %s is one row", async (url) => {
    const browser = await signedIn();
    for (let i = 0; i < 3; i++) {
      const before = await countAudit();
      expect((await browser.get(url)).statusCode).toBe(200);
      expect(await countAudit()).toBe(before + 1);
    }
  });

  test("an answer of a refused form that shows the case is a row too", async () => {
    const { browser, leaseId } = await claimed();
    const before = await countAudit();
    const answer = await browser.post("/alerts/1/decision", { leaseId });
    expect(answer.statusCode).toBe(400);
    expect(answer.body).toContain("CASE-0042");
    expect(await countAudit()).toBe(before + 1);
  });

  test("what cannot be written down is not shown", async () => {
    const browser = await signedIn();
    const failing = { ...world.store, transaction: () => Promise.reject(new Error("the disk is full")) };
    const broken = world.buildApp(origin, { store: failing });
    await broken.ready();
    const elsewhere = new ConsoleClient(broken, origin);
    elsewhere.cookie = browser.cookie;
    const answer = await elsewhere.get("/alerts/1");
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain("CASE-0042");
    expect(answer.body).not.toContain("the disk is full");
    await broken.close();
  });
});

describe("a review without JavaScript", () => {
  test("claims, decides and finds the next alert", async () => {
    const { browser, leaseId } = await claimed();
    const decided = await browser.post("/alerts/1/decision", {
      ...{
        leaseId,
        outcome: "false-match",
        reasonCode: "another-meaning",
        told: "All is well.\r\nThank you.",
        privateNote: "",
      },
    });
    expect(decided).toMatchObject({ statusCode: 303, headers: { location: "/alerts/1" } });
    const page = (await browser.get("/alerts/1")).body;
    expect(page).toContain("False match");
    expect(page).toContain("All is well.\nThank you.");
    expect(await browser.post("/queue/next")).toMatchObject({ statusCode: 303, headers: { location: "/alerts/2" } });
    await browser.post("/alerts/2/decision", {
      leaseId: leaseOf((await browser.get("/alerts/2")).body),
      outcome: "cannot-tell",
      reasonCode: "too-little-shown",
    });
    expect((await browser.get("/queue")).body).toContain("Nothing is waiting for you");
    expect(await browser.post("/queue/next")).toMatchObject({ headers: { location: "/queue?empty=1" } });
  });

  test("a form with mistakes comes back with what was typed and a summary", async () => {
    const { browser, leaseId } = await claimed();
    const answer = await browser.post("/alerts/1/decision", { leaseId, told: "typed & kept <b>", outcome: "nonsense" });
    expect(answer.statusCode).toBe(400);
    expect(answer.body).toContain("There is a problem");
    expect(answer.body).toContain("Select what you found");
    expect(answer.body).toContain("Select the main reason");
    expect(answer.body).toContain("typed &amp; kept &lt;b&gt;");
  });

  test("a lease that was lost answers 409 and loses no text", async () => {
    const { browser, leaseId } = await claimed();
    world.clock.now += 601;
    const other = await signedIn("reviewer-2");
    await other.post("/alerts/1/claim");
    const form = {
      leaseId,
      outcome: "cannot-tell",
      reasonCode: "too-little-shown",
      told: "half a sent",
      privateNote: "note 5",
    };
    const answer = await browser.post("/alerts/1/decision", form);
    expect(answer.statusCode).toBe(409);
    for (const text of ["Your claim on this alert has ended", "half a sent", "note 5"])
      expect(answer.body).toContain(text);
    expect((await browser.get("/alerts/1")).body).toContain("half a sent");
    expect((await other.get("/alerts/1")).body).not.toContain("half a sent");
  });

  test("who comes second to a claim reads when it was taken and keeps the page", async () => {
    await claimed();
    world.clock.now += 4;
    const second = await (await signedIn("reviewer-2")).post("/alerts/1/claim");
    expect(second.statusCode).toBe(409);
    expect(second.body).toContain("took this alert 4 s ago");
  });

  test("an outcome that needs a passkey says so, and nothing typed is lost", async () => {
    const { browser, leaseId } = await claimed();
    const form = { leaseId, outcome: "possible-breach", reasonCode: "clause-covers-it", told: "words to keep" };
    const answer = await browser.post("/alerts/1/decision", form);
    expect(answer.statusCode).toBe(403);
    expect(answer.body).toContain("must be signed with a passkey");
    expect(answer.body).toContain("words to keep");
    expect(await world.store.claims.countHeld("reviewer-1", world.clock.now)).toBe(1);
  });

  test("giving an alert back keeps the draft", async () => {
    const { browser, leaseId } = await claimed();
    await browser.post("/alerts/1/release", { leaseId, told: "for later" });
    expect(await world.store.claims.countHeld("reviewer-1", world.clock.now)).toBe(0);
    expect((await browser.get("/alerts/1")).body).toContain("for later");
  });
});

describe("the client module's JSON", () => {
  test("evidence comes as one sealed blob; refusals are problems with a code", async () => {
    const { browser, leaseId } = await claimed();
    const released = await browser.postJson("/alerts/1/evidence", { leaseId, eventHash, level: 1 });
    expect(released.json()).toMatchObject({ ciphertext: expect.any(String), commitment: expect.any(String) });
    expect(released.headers["cache-control"]).toBe("no-store");
    const lost = await browser.postJson("/alerts/1/evidence", { leaseId: "00".repeat(16), eventHash, level: 1 });
    expect(lost.statusCode).toBe(409);
    expect(lost.headers["content-type"]).toContain("application/problem+json");
    expect(lost.json()).toMatchObject({ code: "LEASE_LOST", status: 409 });
    const odd = await browser.postJson("/alerts/1/evidence", { leaseId, eventHash, level: 3, extra: 1 });
    expect(odd.json()).toMatchObject({ code: "BAD_FORM", status: 400 });
  });

  test("a release of evidence is one audit row and one view", async () => {
    const { browser, leaseId } = await claimed();
    const before = await countAudit();
    await browser.postJson("/alerts/1/evidence", { leaseId, eventHash, level: 1 });
    expect(await countAudit()).toBe(before + 1);
    expect(await world.store.evidence.listViews(1)).toHaveLength(1);
  });

  test("views and decisions reach ingest without anybody asking", async () => {
    const { browser, leaseId } = await claimed();
    await browser.postJson("/alerts/1/evidence", { leaseId, eventHash, level: 1 });
    await app.close();
    const kinds = [...world.ingest.handedOver.values()].map((item) => item.reply?.item.kind);
    expect(kinds).toContain("view");
    expect(await world.store.outbox.listPending(10)).toEqual([]);
  });
});
