import { practiceHosts } from "@overt/scripts/start/practice-site.ts";
import { toHex } from "@overt/shared/bytes.ts";
import { describe, expect, test } from "vitest";
import { bytesBelow, encodingsOf, random, readEvent, scratchFolder } from "../support/agent-journal.ts";
import { openDevice, openTestAgency, startedAt } from "../support/agent-session.ts";
import { connectBrowser, enrol, eventually, openWorld, wall } from "../support/agent-world.ts";
import { readPayload } from "../support/fake-ingest.ts";

const listed = `http://${practiceHosts.listed}/`;

describe("the agent on one device", () => {
  test("enrols, sees a listed page, seals, journals, delivers, and keeps the receipt", async () => {
    const world = await openWorld();
    const running = await world.start();
    await enrol(world, running);
    const browser = await connectBrowser(world, running);
    const before = performance.now();
    browser.visit(listed);
    await eventually(() => world.ingest.taken.some((one) => readPayload(one.envelope).kind === "match"));
    expect(performance.now() - before).toBeLessThan(1_000);
    const record = await eventually(() =>
      running.source
        .records(undefined, 50)
        .find((one) => one.receipt && one.document.type === "event" && one.document.event.kind === "match"),
    );
    expect(record.document).toMatchObject({ event: { ruleId: "practice-chat-site", clauseId: "clause-3", count: 1 } });
    expect(record.evidence).toMatchObject([
      { level: 1, host: practiceHosts.listed },
      { level: 2, url: listed },
    ]);
    await eventually(() => world.ingest.blobs.size === 2);
    expect(world.ingest.wire().includes(practiceHosts.listed)).toBe(false);
    expect(wall() - (record.receipt?.receivedAt ?? 0)).toBeLessThan(10);
  });

  test("leaves no word of what was seen on its disk or on the wire, in any common encoding", async () => {
    const world = await openWorld();
    const running = await world.start();
    await enrol(world, running);
    const browser = await connectBrowser(world, running);
    const secrets = Array.from({ length: 6 }, () => `q${toHex(random(9))}`);
    const [path, query, title, words, unmatched, user] = secrets as [string, string, string, string, string, string];
    const url = `${listed}${path}?${query}=1`;
    browser.visit(url);
    browser.send({ type: "title", tab: 1, url, title: `Lantern ${title}` });
    browser.visit(`http://${practiceHosts.search}/?q=purple+lantern+${words}`, "user-navigation", 2);
    browser.visit(`http://${unmatched}.example/${user}`, "user-navigation", 3);
    await eventually(() => world.ingest.blobs.size >= 3 && running.source.status().waiting === 0);
    const text = JSON.stringify(running.source.exportAll());
    for (const seen of [path, query]) expect(text).toContain(seen);
    await running.close();
    const bytes = [bytesBelow(world.stateFolder), world.ingest.wire()];
    for (const secret of secrets) {
      for (const spelling of encodingsOf(secret)) expect(bytes.some((where) => where.includes(spelling))).toBe(false);
    }
  });

  test("heartbeats and coverage follow each other without holes, and say why nothing could be seen", async () => {
    const world = await openTestAgency(scratchFolder());
    const device = openDevice(world);
    device.browserConnected = false;
    const run = (seconds: number, each: () => void = () => undefined) => {
      for (let at = 0; at < seconds; at += 5) {
        device.pass(5);
        each();
        device.session.tick();
      }
    };
    run(600);
    device.browserConnected = true;
    run(600, device.showNotice);
    device.pass(4 * 3_600);
    run(600, device.showNotice);
    device.stepWall(-86_400);
    run(600, device.showNotice);
    const events = device.journal
      .list(undefined, 1_000)
      .map((record) => readEvent(record.envelope))
      .reverse();
    const intervals = events.flatMap((event) => (event.kind === "coverage" ? event.intervals : []));
    const lasting = intervals.filter((one) => one.to > one.from);
    for (const [i, one] of lasting.entries()) if (i > 0) expect(one.from).toBe(lasting[i - 1]?.to);
    const states = lasting
      .filter((one, i) => lasting[i - 1]?.reason !== one.reason)
      .map((one) => `${one.state} ${one.reason}`);
    // The account begins with the program, before its first look at the clock.
    expect(lasting[0]?.from).toBe(startedAt);
    const starting = "not-seen starting";
    expect(states).toEqual([starting, "not-seen extension-missing", "seen ok", "not-seen asleep", "seen ok"]);
    expect(intervals.filter((one) => one.reason === "clock-step")).toHaveLength(1);
    expect(events.filter((event) => event.kind === "heartbeat").length).toBeGreaterThanOrEqual(8);
  });

  test("an order that ends on a clock nobody vouched for stops capture and undoes nothing until it is vouched for", async () => {
    const world = await openTestAgency(scratchFolder());
    const order = world.signOrder({ notAfter: startedAt + 86_400 });
    let device = openDevice(world, { order });
    device.pass(3_600);
    device.session.tick();
    // A restart with a clock set far forward.
    device.stepWall(30 * 86_400);
    device = device.reopen({ restart: true });
    device.session.tick();
    expect(device.session.life.state()).toEqual({ kind: "ended-unconfirmed" });
    device.session.time.attest(startedAt + 7_200);
    device.session.tick();
    expect(device.session.life.state()).toEqual({ kind: "running" });
    device.pass(86_400);
    device.session.tick();
    expect(device.session.life.state()).toEqual({ kind: "ended", reason: "order-ended" });
    const life = device.journal
      .list(undefined, 100)
      .map((record) => readEvent(record.envelope))
      .reverse();
    expect(
      life
        .filter((event) => "reason" in event)
        .map((event) => `${event.kind} ${"reason" in event ? event.reason : ""}`),
    ).toEqual([
      "start enrolled",
      "start restarted",
      "pause ended-unconfirmed",
      "resume ended-unconfirmed",
      "end order-ended",
    ]);
  });
});
