import { execFile } from "node:child_process";
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildServer, type RunningServer } from "@overt/server/app.ts";
import { adoptCheckpoint, makeBackup, restoreBackup } from "@overt/server/backup.ts";
import { readConfig } from "@overt/server/config.ts";
import { EventsAnswer } from "@overt/shared/protocol/wire.ts";
import BetterSqlite3 from "better-sqlite3";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { buildDevice, heartbeat, type SimulatedDevice } from "../support/device.ts";
import { ingestEnvironment, newDataFolder } from "../support/ingest-process.ts";
import { foundAgency, random, type SharedAgency } from "../support/ingest-world.ts";

const now = () => Math.floor(Date.now() / 1000);
let shared: SharedAgency;
beforeAll(async () => {
  shared = await foundAgency();
});

const running: RunningServer[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
});

const environment = (data: string, checkpoint: string) =>
  ingestEnvironment({ agency: shared.agency, data, env: { OVERT_CHECKPOINT: checkpoint } });

/** A server over its own folder, its checkpoint on "another disk", and a device that sends to it. */
function newPlace() {
  const data = newDataFolder(shared.folder);
  const checkpoint = join(newDataFolder(shared.folder), "checkpoint");
  const config = readConfig(environment(data, checkpoint));
  let device: SimulatedDevice | undefined;
  async function start(): Promise<RunningServer> {
    const server = await buildServer(config, "all");
    await server.ingest?.ready();
    await server.console?.ready();
    running.push(server);
    return server;
  }
  async function stop(): Promise<void> {
    for (const server of running.splice(0)) await server.close();
  }
  async function send(server: RunningServer, count: number): Promise<number> {
    if (device === undefined) {
      const pack = shared.agency.makePack("http://127.0.0.1:8801");
      device = buildDevice({ pack, officer: shared.agency.keys.signing("officer-1"), random, now });
      await server.ingest?.inject({ method: "POST", url: "/v1/enrolments", payload: device.enrolment });
    }
    const sender = device;
    const envelopes = Array.from({ length: count }, () => sender.add(heartbeat).envelope);
    const answer = await server.ingest?.inject({ method: "POST", url: "/v1/events", payload: { v: 1, envelopes } });
    expect(answer?.statusCode).toBe(200);
    await server.ingest?.inject("/log/checkpoint");
    return EventsAnswer.parse(answer?.json()).head;
  }
  return { data, checkpoint, config, start, stop, send };
}

const newFolder = () => join(newDataFolder(shared.folder), "backup");
const wipe = (data: string) => {
  for (const name of readdirSync(data)) if (name.includes(".sqlite")) rmSync(join(data, name));
};
const leavesIn = (file: string) => {
  const database = new BetterSqlite3(file, { readonly: true });
  try {
    return database.prepare("select count(*) from leaf").pluck().get() as number;
  } finally {
    database.close();
  }
};

describe("a backup", () => {
  test("of a running server restores to a log that goes on where it stood", async () => {
    const place = newPlace();
    const server = await place.start();
    await place.send(server, 5);
    const folder = newFolder();
    const copied = await makeBackup(place.config, folder);
    expect(readdirSync(folder).sort()).toEqual(["console.sqlite", "ingest.sqlite", "log-checkpoint"]);
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o077).toBe(0);
    expect(copied.leaves).toBeGreaterThanOrEqual(6);
    expect(copied.published).toBe(copied.leaves);
    await place.stop();

    wipe(place.data);
    expect(await restoreBackup(place.config, folder, now())).toMatchObject({ leaves: copied.leaves });
    const again = await place.start();
    expect(await place.send(again, 1)).toBe(5);
  });

  test("made while devices send is whole", async () => {
    const place = newPlace();
    const server = await place.start();
    let sending = true;
    const work = (async () => {
      while (sending) await place.send(server, 20);
    })();
    try {
      for (let i = 0; i < 3; i++) {
        const folder = newFolder();
        const { leaves, published } = await makeBackup(place.config, folder);
        expect(leaves).toBeGreaterThanOrEqual(published ?? 0);
        const database = new BetterSqlite3(join(folder, "ingest.sqlite"), { readonly: true });
        expect(database.pragma("integrity_check", { simple: true })).toBe("ok");
        const [records, receipts, bodies] = ["record", "receipt", "body"].map((table) =>
          database.prepare(`select count(*) from ${table}`).pluck().get(),
        );
        expect([receipts, bodies]).toEqual([records, records]);
        database.close();
      }
    } finally {
      sending = false;
      await work;
    }
  });

  test("older than the published checkpoint is refused, and nothing is changed", async () => {
    const place = newPlace();
    const server = await place.start();
    await place.send(server, 2);
    const folder = newFolder();
    await makeBackup(place.config, folder);
    await place.send(server, 2);
    await place.stop();
    const before = leavesIn(join(place.data, "ingest.sqlite"));
    await expect(restoreBackup(place.config, folder, now())).rejects.toMatchObject({ code: "LOG_DIVERGED" });
    expect(leavesIn(join(place.data, "ingest.sqlite"))).toBe(before);
    expect(await place.send(await place.start(), 1)).toBe(4);
  });

  test("with one changed leaf is refused", async () => {
    const place = newPlace();
    await place.send(await place.start(), 2);
    const folder = newFolder();
    await makeBackup(place.config, folder);
    await place.stop();
    const raw = new BetterSqlite3(join(folder, "ingest.sqlite"));
    raw.exec("drop trigger leaf_no_update");
    raw.exec("update leaf set data = x'05' || substr(data, 2) where leaf_index = 1");
    raw.close();
    await expect(restoreBackup(place.config, folder, now())).rejects.toMatchObject({ code: "LOG_DIVERGED" });
  });

  test("is not restored under a running ingest, nor written over anything", async () => {
    const place = newPlace();
    await place.send(await place.start(), 1);
    const folder = newFolder();
    await makeBackup(place.config, folder);
    await expect(makeBackup(place.config, folder)).rejects.toMatchObject({ code: "FILE_EXISTS" });
    await expect(restoreBackup(place.config, folder, now())).rejects.toMatchObject({ code: "STORE_FAILED" });
    await place.stop();
    await restoreBackup(place.config, folder, 77);
    expect(readdirSync(place.data)).toEqual(
      expect.arrayContaining(["ingest.sqlite.before-77", "console.sqlite.before-77"]),
    );
  });

  test("brings its own checkpoint to a machine that has none", async () => {
    const place = newPlace();
    await place.send(await place.start(), 2);
    const folder = newFolder();
    await makeBackup(place.config, folder);
    await place.stop();
    const other = newPlace();
    await restoreBackup(other.config, folder, now());
    expect(readFileSync(other.checkpoint)).toEqual(readFileSync(join(folder, "log-checkpoint")));
    await other.start();
  });

  test("is made and restored by command", async () => {
    const place = newPlace();
    await place.send(await place.start(), 1);
    await place.stop();
    const run = (...args: string[]) =>
      new Promise<string>((done) => {
        const main = join(import.meta.dirname, "../../server/src/main.ts");
        execFile(process.execPath, [main, ...args], { env: environment(place.data, place.checkpoint) }, (_, out, err) =>
          done(out + err),
        );
      });
    const folder = newFolder();
    expect(await run("backup", folder)).toMatch(
      /^Copied to .*: \d+ entries of the log, \d+ of them under its checkpoint\.\n$/,
    );
    expect(await run("restore", folder)).toMatch(/^Restored \d+ entries of the log; .* Start the server now\.\n$/);
    expect(await run("backup", folder)).toMatch(/^overt: .* is not empty\./);
  });
});

describe("a lost copy of the checkpoint", () => {
  test("comes back from a reader of the log; an older one, or one of another log, does not take its place", async () => {
    const place = newPlace();
    const server = await place.start();
    await place.send(server, 1);
    const readers = join(newDataFolder(shared.folder), "kept-by-a-reader");
    copyFileSync(place.checkpoint, readers);
    await place.send(server, 1);
    await place.stop();
    await expect(adoptCheckpoint(place.config, readers)).rejects.toMatchObject({ code: "ROLLBACK" });
    rmSync(place.checkpoint);
    await expect(buildServer(place.config, "ingest")).rejects.toMatchObject({ code: "LOG_DIVERGED" });
    writeFileSync(`${readers}-torn`, readFileSync(readers).subarray(0, -9));
    await expect(adoptCheckpoint(place.config, `${readers}-torn`)).rejects.toMatchObject({ code: "LOG_DIVERGED" });
    expect(existsSync(place.checkpoint)).toBe(false);
    await adoptCheckpoint(place.config, readers);
    await place.start();
    // At its first signing the server brings its copy up to date.
    expect(readFileSync(place.checkpoint).equals(readFileSync(readers))).toBe(false);
  });
});
