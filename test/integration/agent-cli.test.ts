import { execFile } from "node:child_process";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { practiceHosts } from "@overt/scripts/start/practice-site.ts";
import { describe, expect, test } from "vitest";
import { commandHelp } from "../../agent/src/cli-help.ts";
import { scratchFolder } from "../support/agent-journal.ts";
import { connectBrowser, enrol, eventually, openWorld } from "../support/agent-world.ts";

const cli = join(import.meta.dirname, "..", "..", "agent", "src", "cli.ts");

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function run(...args: string[]): Promise<Ran> {
  return new Promise((done) => {
    execFile(process.execPath, [cli, ...args], { timeout: 60_000, maxBuffer: 64 * 1024 * 1024 }, (error, out, err) => {
      done({ code: typeof error?.code === "number" ? error.code : error === null ? 0 : 1, out, err });
    });
  });
}

describe("overt-agent", () => {
  test("tells of every command, and of each one by itself", async () => {
    const { code, out } = await run("--help");
    expect(code).toBe(0);
    for (const name of Object.keys(commandHelp)) expect(out).toMatch(new RegExp(`^  ${name} +\\S`, "m"));
    expect((await run("export", "--help")).out).toMatch(/^overt-agent export \[--readable\] \[--out FILE\]\n/);
  });

  test.each<[string, string[], RegExp]>([
    ["no command", [], /Name a command/],
    ["an unknown command", ["hide"], /There is no command “hide”/],
    ["an unknown option", ["status", "--hidden"], /Unknown option '--hidden'\. See: overt-agent --help/],
    ["no agent", ["status"], /not running, so nothing is looked at\. Start it with: overt-agent run/],
    ["no agent to pause", ["not-me"], /not running, so nothing is looked at\. Start it with: overt-agent run/],
    ["half of a code", ["enrol", "--host", "a.example"], /Give --pack FILE, or --host HOST and --code CODE/],
    ["a file that is not there", ["enrol", "--pack", "/nowhere/pack.json"], /There is no file \/nowhere\/pack\.json/],
    ["an unknown browser", ["install-browser", "--browser", "netscape"], /Name one of these browsers/],
  ])("%s: told in a line what to do, and nothing of the program's insides", async (_, args, message) => {
    const { code, err } = await run(...args, "--state", join(scratchFolder(), "state"));
    expect(code).toBe(2);
    expect(err).toMatch(message);
    expect(err).not.toMatch(/\bat .*\.ts:|Error:/);
  });

  test("status, not-me, go-on, export, stop and remove, as a person at the device uses them", async () => {
    const world = await openWorld();
    const state = ["--state", world.stateFolder];
    const running = await world.start();
    expect((await run("status", ...state)).out).toMatch(/^Not set up yet\. /);
    const file = join(world.folder, "pack.json");
    writeFileSync(file, JSON.stringify({ ...world.ingest.pack, order: world.ingest.pack.token }));
    const refused = await run("enrol", "--pack", file, ...state);
    expect([refused.code, refused.err]).toEqual([2, expect.stringMatching(/not a token file|officer/)]);
    await enrol(world, running);
    const browser = await connectBrowser(world, running);
    browser.visit(`http://${practiceHosts.listed}/`);
    await eventually(() => running.source.status().waiting === 0 && world.ingest.blobs.size === 2);

    const on = (await run("status", ...state)).out;
    expect(on).toMatch(/^PRACTICE\. .*\nMonitoring is on\. /);
    for (const line of [/^Browser: +Connected$/m, /^Last sent: +\d/m, /^Waiting to be sent: +0$/m, /^Notice: +http/m]) {
      expect(on).toMatch(line);
    }
    expect(JSON.parse((await run("status", "--json", ...state)).out)).toMatchObject({ state: "on" });

    expect((await run("not-me", ...state)).out).toMatch(/^Monitoring is paused\. .* at the latest\./);
    expect((await run("status", ...state)).out).toMatch(/Monitoring is paused\. .*\n- .*this is not me/);
    expect((await run("go-on", ...state)).out).toBe("Monitoring goes on.\n");

    const copy = join(world.folder, "copy.json");
    expect((await run("export", "--out", copy, ...state)).out).toContain(copy);
    expect(statSync(copy).mode & 0o777).toBe(0o600);
    expect(readFileSync(copy, "utf8")).toContain(practiceHosts.listed);
    expect((await run("export", "--out", copy, ...state)).err).toMatch(/exists already, and is not written over/);

    const page = join(world.folder, "copy.html");
    expect((await run("export", "--readable", "--out", page, ...state)).out).toContain(page);
    const shown = readFileSync(page, "utf8");
    for (const words of [practiceHosts.listed, "PRACTICE-001", "A rule matched", "What the sealed notes hold"]) {
      expect(shown).toContain(words);
    }

    const checked = await run("check", copy);
    expect([checked.code, checked.err]).toEqual([0, ""]);
    expect(checked.out).toMatch(/^In order: .*PRACTICE[\s\S]*2 sealed notes opened[\s\S]*[0-9a-f]{64}\n$/);
    writeFileSync(copy, readFileSync(copy, "utf8").replace(/"sig": "./, '"sig": "!'));
    expect(await run("check", copy)).toMatchObject({
      code: 2,
      out: "",
      err: expect.stringMatching(/^overt-agent: .+\.\n$/),
    });

    expect((await run("stop", ...state)).out).toMatch(/has stopped.*overt-agent run/);
    expect((await run("export", ...state)).out).toContain(practiceHosts.listed);
    const removed = await run("remove", ...state);
    expect(removed.out).toMatch(
      /taken off this device\. The proof of its end, with all that was sent, is \/.*proof-of-end\.json\./,
    );
    expect(existsSync(join(world.stateFolder, "documents", "proof-of-end.json"))).toBe(true);
    expect(existsSync(join(world.stateFolder, "keys", "device.json"))).toBe(false);
    const again = await run("remove", ...state);
    expect([again.code, again.err]).toEqual([0, ""]);
  }, 120_000);

  test("install-browser writes only below its profile, and is undone to the last file", async () => {
    const state = ["--state", join(scratchFolder(), "state")];
    const profile = join(scratchFolder(), "profile");
    const made = await run("install-browser", "--profile", profile, ...state);
    expect(made.code).toBe(0);
    const files = [...made.out.matchAll(/^ {2}(\/.*)$/gm)].map(([, name]) => name ?? "");
    expect(files.length).toBeGreaterThan(0);
    expect(files.every((name) => existsSync(name))).toBe(true);
    const undone = await run("uninstall-browser", ...state);
    for (const name of files) expect(undone.out).toContain(`Removed ${name}`);
    expect(files.some((name) => existsSync(name))).toBe(false);
    expect((await run("uninstall-browser", ...state)).out).toMatch(/nothing was removed/);
  });
});
