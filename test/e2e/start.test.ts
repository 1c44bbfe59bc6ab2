import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium } from "../../scripts/setup/chromium.ts";
import { findChromiumObstacle, findProcesses } from "../support/chromium.ts";

const main = resolve(import.meta.dirname, "../../scripts/start/main.ts");
const obstacle = findChromiumObstacle();
const because = obstacle === undefined ? "" : ` (${obstacle})`;

/** `npm start` as a process of its own, in a home where nothing lies yet. */
class Start {
  readonly child: ChildProcess;
  output = "";
  readonly #ended: Promise<unknown>;

  constructor(folder: string, home: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    this.child = spawn(process.execPath, [main, "--folder", folder, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, HOME: home, DISPLAY: "", WAYLAND_DISPLAY: "", ...env },
      detached: true,
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.output += text;
      });
    }
    this.#ended = once(this.child, "exit");
  }

  /** Waits until it has said this; ends early, with all it said, where it ended first. */
  async says(words: string): Promise<void> {
    await expect
      .poll(() => this.output.includes(words) || this.child.exitCode !== null, { timeout: 150_000, interval: 100 })
      .toBe(true);
    expect(this.output).toContain(words);
  }

  /** As a terminal and npm do together: the whole group is told, and told again. */
  async ctrlC(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.pid !== undefined) {
      process.kill(-this.child.pid, "SIGINT");
      process.kill(-this.child.pid, "SIGINT");
    }
    return this.exit();
  }

  async exit(): Promise<number | null> {
    await this.#ended;
    return this.child.exitCode;
  }
}

const isFromTests = (name: string) => name.includes("org.overt.test");
const listFiles = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((name) => !isFromTests(name));

describe.skipIf(obstacle !== undefined)(`npm start as a process${because}`, () => {
  const folder = mkdtempSync(join(tmpdir(), "overt-start-"));
  const [home, practice] = [join(folder, "home"), join(folder, "practice")];
  let running: Start | undefined;
  const start = (args: readonly string[], env: NodeJS.ProcessEnv = {}) => {
    running = new Start(practice, home, args, { CHROMIUM: findChromium(), ...env });
    return running;
  };

  beforeAll(() => mkdirSync(home));
  afterAll(async () => {
    await running?.ctrlC();
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }, 60_000);

  test("takes the tour, says what it does and how long it took, and Ctrl-C leaves nothing behind", async () => {
    const etc = listFiles("/etc");
    const run = start(["--tour"]);
    await run.says("running; Ctrl-C stops it");
    for (const line of [
      "building what a browser loads",
      "starting ingest and console",
      "PRACTICE – a fictitious case",
      "and countersigned: acknowledged",
      "the reviewer decides and tells the person",
      "the person sees what was sent, who opened it and what was decided",
    ]) {
      expect(run.output).toContain(line);
    }
    expect(run.output).toMatch(/Notice for the person {3}http:\/\/127\.0\.0\.1:\d+\//);
    expect(run.output).toMatch(/overt +\d+\.\d s {2}the alert was in the queue \d+\.\d s after the visit began/);
    for (const name of ["queue", "alert-opened", "notice-record"]) {
      const picture = readFileSync(join(practice, "pictures", `${name}.png`));
      expect(picture.subarray(1, 4).toString("latin1")).toBe("PNG");
    }

    const links = [...run.output.matchAll(/http:\/\/127\.0\.0\.1:\d+\/sign-in\/[a-z2-7]+/g)].map(([link]) => link);
    const pages = await Promise.all(links.map(async (link) => (await fetch(link)).text()));
    expect(pages.map((page) => page.includes("This link signs you in once"))).toEqual([false, true]);

    const second = new Start(practice, home, ["--no-browser"]);
    expect(await second.exit()).toBe(2);
    expect(second.output).toContain(`going on in ${practice} already (process ${run.child.pid})`);

    expect(await run.ctrlC()).toBe(0);
    expect(run.output).toMatch(/stopping\n.*stopped\n$/);
    expect(findProcesses(practice)).toEqual([]);
    expect(listFiles(home)).toEqual([]);
    expect(listFiles("/etc")).toEqual(etc);
    expect(statSync(practice).mode & 0o077).toBe(0);
  }, 240_000);

  test("starts again without Chromium: says how to get it, carries on with the same device, and a kill orphans nothing", async () => {
    const run = start([], { CHROMIUM: "", PATH: "/nowhere" });
    await run.says("running; Ctrl-C stops it");
    expect(run.output).toMatch(/Chromium was not found\..*apt-get install.*Everything else is running\./);
    expect(run.output).toContain("the device is enrolled already");
    const { noticeAddress } = JSON.parse(readFileSync(join(practice, "run.json"), "utf8")) as { noticeAddress: string };
    const notice = await fetch(noticeAddress, { redirect: "manual" });
    expect(notice.status).toBeLessThan(400);
    run.child.kill("SIGKILL");
    await run.exit();
    await expect.poll(() => findProcesses(practice), { timeout: 30_000 }).toEqual([]);
  }, 180_000);

  test("after a kill says which port is taken by another program, and starts once it is free", async () => {
    const { ingest } = JSON.parse(readFileSync(join(practice, "ports.json"), "utf8")) as { ingest: number };
    const other = createServer().listen(ingest, "127.0.0.1");
    await once(other, "listening");
    const refused = start(["--no-browser"]);
    expect(await refused.exit()).toBe(2);
    expect(refused.output).toMatch(new RegExp(`Another program has port ${ingest}.*--fresh`));
    other.close();
    await once(other, "close");
    const run = start(["--no-browser"]);
    await run.says("running; Ctrl-C stops it");
    expect(run.output).toContain("the device is enrolled already");
    expect(await run.ctrlC()).toBe(0);
  }, 180_000);

  test("an unknown option is refused with the help", async () => {
    const run = start(["--quiet"]);
    expect(await run.exit()).toBe(2);
    expect(run.output).toContain("--quiet");
    expect(run.output).toContain("npm start [-- options]");
  });
});
