import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RunningAgent } from "@overt/agent/main.ts";
import { isScreenLocked } from "@overt/agent/platform/account/screen-lock.ts";
import { askAgent } from "@overt/agent/platform/control/channel.ts";
import { practiceHosts } from "@overt/scripts/start/practice-site.ts";
import { describe, expect, test } from "vitest";
import { readEvent, scratchFolder } from "../support/agent-journal.ts";
import { type Device, openDevice, openTestAgency, startedAt } from "../support/agent-session.ts";
import { connectBrowser, enrol, eventually, openWorld, type World } from "../support/agent-world.ts";
import { readPayload } from "../support/fake-ingest.ts";
import type { SimulatedBrowser } from "../support/simulated-browser.ts";

const listed = `http://${practiceHosts.listed}/`;
const kinds = (world: World) =>
  world.ingest.taken
    .map(({ envelope }) => readPayload(envelope))
    .map(({ kind, reason }) => (reason === undefined ? kind : `${kind} ${reason}`));
const matches = (world: World) => kinds(world).filter((kind) => kind === "match").length;

const told = (world: World) => kinds(world).filter((kind) => /match|pause|resume|not-me/.test(kind));

async function visitAndWait(browser: SimulatedBrowser, tab: number): Promise<void> {
  browser.visit(`${listed}?${tab}`, "user-navigation", tab);
  const heard = browser.messages.filter(({ type }) => type === "challenge").length;
  browser.greet();
  await eventually(() => browser.messages.filter(({ type }) => type === "challenge").length > heard);
}

async function atWork(): Promise<{ world: World; running: RunningAgent; browser: SimulatedBrowser }> {
  const world = await openWorld();
  const running = await world.start();
  await enrol(world, running);
  const browser = await connectBrowser(world, running);
  await visitAndWait(browser, 1);
  await eventually(() => matches(world) === 1);
  return { world, running, browser };
}

describe("“this is not me”", () => {
  test("stops capture at once, is told to the browser, and ends when the screen is locked", async () => {
    const { world, running, browser } = await atWork();
    await askAgent(world.stateFolder, { op: "not-me" });
    expect(running.source.status()).toMatchObject({ state: "paused", reasons: ["not-me"] });
    await eventually(() => browser.messages.findLast((one) => one.type === "status")?.state === "paused");
    await visitAndWait(browser, 2);
    await eventually(() => kinds(world).includes("pause not-me"));
    world.screenLocked = true;
    await eventually(() => running.source.status().state === "on");
    world.screenLocked = false;
    await visitAndWait(browser, 3);
    await eventually(() => matches(world) === 2);
    expect(told(world)).toEqual(["match", "pause not-me", "resume not-me", "match"]);
  });

  test("the words “it was not me” pause too; the person who is back can end it; both are in the person's copy", async () => {
    const { world, running, browser } = await atWork();
    await running.source.submitStatement({ kind: "not-me", about: undefined, text: "My brother sits here." });
    await visitAndWait(browser, 2);
    expect(running.source.status().pausedUntil).toBeGreaterThan(running.source.status().now);
    await askAgent(world.stateFolder, { op: "go-on" });
    expect(running.source.status()).toMatchObject({ state: "on", pausedUntil: undefined });
    await visitAndWait(browser, 3);
    await eventually(() => matches(world) === 2);
    expect(told(world)).toEqual(["match", "not-me", "pause not-me", "resume not-me", "match"]);
    const copy = running.source.exportAll().json;
    for (const kind of ["pause", "resume"]) expect(copy).toContain(`"kind": "${kind}"`);
  });

  test("where nothing is monitored there is nothing to pause, and the command line says so", async () => {
    const world = await openWorld();
    await world.start();
    await expect(askAgent(world.stateFolder, { op: "not-me" })).rejects.toThrow(/nobody to tell/);
  });
});

describe("the pause for somebody else", () => {
  const pauses = (device: Device) =>
    device.journal
      .list(undefined, 1_000)
      .map((record) => readEvent(record.envelope))
      .reverse()
      .flatMap((event) => ("reason" in event && event.kind !== "start" ? [`${event.kind} ${event.reason}`] : []));
  const ways: Record<string, { happens: (device: Device) => Device; paused: boolean }> = {
    "three hours and 59 minutes": { happens: (device) => passed(device, 4 * 3_600 - 60), paused: true },
    "four hours": { happens: (device) => passed(device, 4 * 3_600), paused: false },
    "four hours, with the button pressed again after two": {
      happens: (device) => {
        passed(device, 2 * 3_600).session.life.pauseForAnother();
        return passed(device, 2 * 3_600);
      },
      paused: false,
    },
    "four hours on a clock that was set back meanwhile": {
      happens: (device) => {
        device.stepWall(-86_400);
        return passed(device, 4 * 3_600);
      },
      paused: false,
    },
    "a crash of the program": { happens: (device) => device.reopen(), paused: true },
    "a log-out": {
      happens: (device) => {
        device.session.life.leave();
        return device.reopen();
      },
      paused: false,
    },
    "a crash in the log-in after a log-out": {
      happens: (device) => {
        device.session.life.leave();
        const next = device.reopen();
        next.session.life.pauseForAnother();
        return next.reopen();
      },
      paused: true,
    },
    "a start of the machine": { happens: (device) => device.reopen({ restart: true }), paused: false },
    "the person's own word": {
      happens: (device) => {
        device.session.life.goOn();
        return device;
      },
      paused: false,
    },
  };
  function passed(device: Device, seconds: number): Device {
    device.pass(seconds);
    device.session.tick();
    return device;
  }
  test.each(Object.entries(ways))("after %s", async (_, { happens, paused }) => {
    const world = await openTestAgency(scratchFolder());
    const device = openDevice(world);
    device.session.life.pauseForAnother();
    const after = happens(device);
    expect(after.session.life.state().kind).toBe(paused ? "not-me" : "running");
    expect(pauses(after).at(-1)).toBe(paused ? "pause not-me" : "resume not-me");
  });

  test("is coverage for as long as it lasts, and never a breach", async () => {
    const world = await openTestAgency(scratchFolder());
    const device = openDevice(world);
    const run = (seconds: number) => {
      for (let at = 0; at < seconds; at += 5) {
        device.pass(5);
        device.showNotice();
        device.session.tick();
      }
    };
    run(300);
    device.session.life.pauseForAnother();
    run(4 * 3_600 + 300);
    device.session.flush();
    const intervals = device.journal
      .list(undefined, 1_000)
      .map((record) => readEvent(record.envelope))
      .flatMap((event) => (event.kind === "coverage" ? event.intervals : []))
      .sort((a, b) => a.from - b.from);
    const paused = intervals.filter((one) => one.reason === "paused");
    expect(paused.every((one) => one.state === "not-seen")).toBe(true);
    expect(paused.reduce((sum, one) => sum + one.to - one.from, 0)).toBeLessThanOrEqual(4 * 3_600);
    expect(paused[0]?.from).toBeLessThanOrEqual(startedAt + 305);
    expect(paused.at(-1)?.to).toBeGreaterThanOrEqual(startedAt + 300 + 4 * 3_600);
  });

  test("does not outlive the order, nor bring it back", async () => {
    const world = await openTestAgency(scratchFolder());
    const device = openDevice(world, { order: world.signOrder({ notAfter: startedAt + 3_600 }) });
    device.session.life.pauseForAnother();
    passed(device, 3_600);
    device.session.life.goOn();
    expect(device.session.life.state()).toEqual({ kind: "ended", reason: "order-ended" });
  });
});

describe("the lock of the screen", () => {
  const says = (script: string) => {
    const folder = scratchFolder();
    writeFileSync(join(folder, "loginctl"), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, "loginctl"), 0o755);
    return { PATH: `${folder}:${process.env["PATH"]}`, XDG_SESSION_ID: "c7" };
  };
  test.each([
    ["echo yes", true],
    ["echo no", false],
    ["exit 1", false],
    ["echo yes; exit 1", false],
    ['test "$2" = c7 && echo yes', true],
  ])("%s: %s", async (script, locked) => {
    expect(await isScreenLocked(says(script), "linux")).toBe(locked);
  });
  test("nobody answers, or another system: not locked", async () => {
    expect(await isScreenLocked({ PATH: scratchFolder() }, "linux")).toBe(false);
    expect(await isScreenLocked(says("echo yes"), "win32")).toBe(false);
  });
});
