import type { FastifyInstance } from "fastify";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ConsoleClient, remoteConsole } from "../../../support/console-client.ts";
import { type ConsoleWorld, openConsoleWorld } from "../../../support/console-world.ts";
import { findFreePort } from "../../../support/free-port.ts";

let world: ConsoleWorld;
let app: FastifyInstance;
let origin: string;
beforeEach(async () => {
  world = await openConsoleWorld();
  const device = world.ingest.addDevice(world.order);
  device.match();
  device.match({ ruleId: "second-rule" });
  await world.poll();
  const port = await findFreePort();
  origin = `http://127.0.0.1:${port}`;
  app = world.buildApp(origin);
  await app.listen({ host: "127.0.0.1", port });
});
afterEach(async () => {
  await app.close();
  await world.close();
});

const signedIn = async (reviewerId: string) =>
  new ConsoleClient(remoteConsole(origin), origin).signIn(await world.link(reviewerId));

/** Another reviewer decides an alert, so that one fewer waits. */
async function decideElsewhere(): Promise<void> {
  const other = await signedIn("reviewer-2");
  await other.post("/alerts/1/claim");
  const leaseId = /name="leaseId" value="([0-9a-f]{32})"/.exec((await other.get("/alerts/1")).body)?.[1] ?? "";
  await other.post("/alerts/1/decision", { leaseId, outcome: "false-match", reasonCode: "another-meaning" });
}

/** What a page hears, piece by piece; undefined at the end. */
async function listen(browser: ConsoleClient): Promise<() => Promise<string | undefined>> {
  const answer = await fetch(`${origin}/live`, { headers: { cookie: browser.cookie ?? "" } });
  expect(answer.status).toBe(200);
  const reader = answer.body?.getReader();
  return async () => {
    const part = await reader?.read();
    return part?.done === false ? Buffer.from(part.value).toString("utf8") : undefined;
  };
}

test("an open page hears counts and nothing else", async () => {
  const hear = await listen(await signedIn("reviewer-1"));
  expect(await hear()).toBe('id: 0\nevent: count\ndata: {"waiting":2,"newer":2}\n\n');
  await decideElsewhere();
  expect(await hear()).toBe('id: 0\nevent: count\ndata: {"waiting":1,"newer":1}\n\n');
});

test.each(["signed out", "off the roster"])("a page whose reviewer has %s hears nothing more", async (how) => {
  const browser = await signedIn("reviewer-1");
  const hear = await listen(browser);
  await hear();
  if (how === "signed out") await browser.post("/sign-out");
  const entry = world.trust.reviewers.reviewers.find(({ reviewerId }) => reviewerId === "reviewer-1");
  if (how === "off the roster" && entry !== undefined) entry.until = world.clock.now;
  await decideElsewhere();
  expect(await hear()).toBeUndefined();
});

test("a request that has not come in whole in time is cut off, for both its parts", () => {
  expect(app.server.requestTimeout).toBeGreaterThan(0);
  expect(app.server.headersTimeout).toBeGreaterThan(0);
  expect(app.server.headersTimeout).toBeLessThanOrEqual(app.server.requestTimeout);
});
