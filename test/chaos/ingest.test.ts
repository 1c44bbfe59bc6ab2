import { copyFileSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { openDatabase } from "@overt/server/store/database.ts";
import { ingestMigrations } from "@overt/server/store/ingest-migrations.ts";
import type { IngestTables } from "@overt/server/store/ingest-tables.ts";
import { toHex } from "@overt/shared/bytes.ts";
import { verifyEnvelope } from "@overt/shared/crypto/envelope.ts";
import { verifyCheckpoint } from "@overt/shared/log/checkpoint.ts";
import { LeafType, leafData } from "@overt/shared/log/leaf.ts";
import { leafHash, rootOf } from "@overt/shared/log/merkle.ts";
import { payloadTypes } from "@overt/shared/protocol/payload-types.ts";
import { Receipt } from "@overt/shared/protocol/receipt.ts";
import { EventsAnswer } from "@overt/shared/protocol/wire.ts";
import BetterSqlite3 from "better-sqlite3";
import { beforeAll, expect, test } from "vitest";
import { buildDevice, heartbeat, type MadeRecord, type SimulatedDevice } from "../support/device.ts";
import { type IngestProcess, newDataFolder, startIngestProcess, strictVerify } from "../support/ingest-process.ts";
import { foundAgency, random, type SharedAgency } from "../support/ingest-world.ts";

const runs = Number(process.env["CHAOS_RUNS"] ?? 20);
const devices = 4;
const now = () => Math.floor(Date.now() / 1000);

let shared: SharedAgency;
beforeAll(async () => {
  shared = await foundAgency();
});

function newDevice(): SimulatedDevice {
  const pack = shared.agency.makePack("http://127.0.0.1:8801");
  return buildDevice({ pack, officer: shared.agency.keys.signing("officer-1"), random, now });
}

async function ask(url: string, path: string, body: unknown): Promise<unknown> {
  const answer = await fetch(`${url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  return answer.json();
}

/** A device that keeps what it has no receipt for, as the agent does, and never sends from beyond it. */
interface Sender {
  readonly device: SimulatedDevice;
  readonly waiting: MadeRecord[];
  readonly receipts: Receipt[];
}

async function sendUntilCut(sender: Sender, server: IngestProcess, isCut: () => boolean): Promise<void> {
  while (!isCut()) {
    const more = 1 + Math.floor(Math.random() * 5);
    for (let i = 0; i < more && sender.waiting.length < 50; i++) sender.waiting.push(sender.device.add(heartbeat));
    const batch = sender.waiting.slice(0, 20);
    const body = { v: 1, envelopes: batch.map(({ envelope }) => envelope) };
    let answer: EventsAnswer;
    try {
      answer = EventsAnswer.parse(await ask(server.url, "/v1/events", body));
    } catch (error) {
      if (isCut()) return;
      throw error;
    }
    for (const [i, result] of answer.results.entries()) {
      expect([200, 201]).toContain(result.status);
      sender.receipts.push(readReceipt(result.receipt, batch[i] as MadeRecord));
    }
    sender.waiting.splice(0, batch.length);
  }
}

function readReceipt(envelope: unknown, record: MadeRecord): Receipt {
  const { value } = verifyEnvelope(envelope, {
    payloadType: payloadTypes.receipt,
    schema: Receipt,
    keys: [shared.agency.keys.signing("server-receipt").publicKey],
    maxBytes: 2_048,
    verify: strictVerify,
  });
  expect(value).toMatchObject({ seq: record.seq, eventHash: record.hash });
  return value;
}

/** Reads checkpoints as an auditor does, all the time; a size seen twice must have one root. */
async function watchLog(server: IngestProcess, seen: Map<number, string>, isCut: () => boolean): Promise<void> {
  while (!isCut()) {
    const answer = await fetch(`${server.url}/log/checkpoint`).catch(() => undefined);
    const bytes = await answer?.arrayBuffer().catch(() => undefined);
    if (answer?.ok && bytes !== undefined) rememberCheckpoint(new Uint8Array(bytes), seen);
    await new Promise((done) => setTimeout(done, 5));
  }
}

function rememberCheckpoint(note: Uint8Array, seen: Map<number, string>): void {
  const name = shared.trust.servers.logOrigin;
  const publicKey = shared.agency.keys.signing("server-log").publicKey;
  const { size, root } = verifyCheckpoint(note, { name, publicKey }).checkpoint;
  expect(seen.get(size) ?? toHex(root)).toBe(toHex(root));
  seen.set(size, toHex(root));
}

async function checkStore(data: string, senders: readonly Sender[], seen: ReadonlyMap<number, string>): Promise<void> {
  const { db, close } = await openDatabase<IngestTables>(join(data, "ingest.sqlite"), ingestMigrations);
  try {
    const leaves = (await db.selectFrom("leaf").selectAll().orderBy("leaf_index").execute()).map(
      ({ data }) => new Uint8Array(data),
    );
    for (const { device, receipts } of senders) {
      const rows = await db
        .selectFrom("record")
        .innerJoin("device", "device.device_key", "record.device_key")
        .innerJoin("receipt", "receipt.record_id", "record.record_id")
        .innerJoin("body", "body.record_id", "record.record_id")
        .select(["seq", "hash", "leaf_index"])
        .where("device_id", "=", device.deviceId)
        .orderBy("seq")
        .execute();
      expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, i) => i));
      for (const { seq, eventHash, leafIndex } of receipts) {
        expect(rows[seq]).toMatchObject({ leaf_index: leafIndex });
        expect(toHex(new Uint8Array(rows[seq]?.hash ?? []))).toBe(eventHash);
        expect(leaves[leafIndex]).toEqual(leafData(LeafType.event, eventHash));
      }
    }
    const hashes = leaves.map(leafHash);
    for (const [size, root] of seen) expect(toHex(rootOf(hashes.slice(0, size)))).toBe(root);
    const signed = await db.selectFrom("checkpoint").select(["size", "root"]).execute();
    for (const { size, root } of signed) expect(new Uint8Array(root)).toEqual(rootOf(hashes.slice(0, size)));
  } finally {
    await close();
  }
}

test(`${runs} kills under load lose no receipt, break no chain and sign no size twice`, {
  timeout: 60_000 + runs * 8_000,
}, async () => {
  const data = newDataFolder(shared.folder);
  const seen = new Map<number, string>();
  const senders: Sender[] = [];
  for (let run = 0; run < runs; run++) {
    const server = await startIngestProcess({ agency: shared.agency, data });
    let cut = false;
    try {
      while (senders.length < devices) {
        const device = newDevice();
        await ask(server.url, "/v1/enrolments", device.enrolment);
        senders.push({ device, waiting: [], receipts: [] });
      }
      const work = [
        ...senders.map((sender) => sendUntilCut(sender, server, () => cut)),
        watchLog(server, seen, () => cut),
      ];
      const broken = Promise.all(work);
      await Promise.race([broken, new Promise((done) => setTimeout(done, 20 + Math.random() * 250))]);
      cut = true;
      await server.kill("SIGKILL");
      await broken;
    } finally {
      cut = true;
      server.child.kill("SIGKILL");
    }
  }
  const last = await startIngestProcess({ agency: shared.agency, data });
  for (const sender of senders) {
    // What got no answer before a kill may have been taken: sent again it is known or new, never a conflict.
    while (sender.waiting.length > 0) {
      const batch = sender.waiting.splice(0, 100);
      const answer = EventsAnswer.parse(
        await ask(last.url, "/v1/events", { v: 1, envelopes: batch.map(({ envelope }) => envelope) }),
      );
      const receipts = answer.results.map((result, i) => readReceipt(result.receipt, batch[i] as MadeRecord));
      sender.receipts.push(...receipts);
    }
  }
  rememberCheckpoint(new Uint8Array(await (await fetch(`${last.url}/log/checkpoint`)).arrayBuffer()), seen);
  expect(await last.kill("SIGTERM")).toBe(0);
  expect(senders.every(({ receipts }) => receipts.length > runs / 2)).toBe(true);
  await checkStore(data, senders, seen);
});

test("two processes cannot write one log", async () => {
  const data = newDataFolder(shared.folder);
  const first = await startIngestProcess({ agency: shared.agency, data });
  await expect(startIngestProcess({ agency: shared.agency, data })).rejects.toThrow("Another process writes this log");
  await first.kill("SIGKILL");
  const second = await startIngestProcess({ agency: shared.agency, data });
  await second.kill("SIGTERM");
});

test("a database restored from an older copy signs nothing", async () => {
  const data = newDataFolder(shared.folder);
  const file = join(data, "ingest.sqlite");
  const device = newDevice();
  const first = await startIngestProcess({ agency: shared.agency, data });
  await ask(first.url, "/v1/enrolments", device.enrolment);
  await first.kill("SIGTERM");
  copyFileSync(file, `${file}.backup`);

  const second = await startIngestProcess({ agency: shared.agency, data });
  const records = [device.add(heartbeat), device.add(heartbeat)];
  await ask(second.url, "/v1/events", { v: 1, envelopes: records.map(({ envelope }) => envelope) });
  await fetch(`${second.url}/log/checkpoint`);
  await second.kill("SIGKILL");

  for (const suffix of ["", "-wal", "-shm"]) if (existsSync(file + suffix)) rmSync(file + suffix);
  copyFileSync(`${file}.backup`, file);
  await expect(startIngestProcess({ agency: shared.agency, data })).rejects.toThrow(
    "not the one whose checkpoint was published",
  );
});

test("one flipped bit in a stored leaf stops the log before it signs", async () => {
  const data = newDataFolder(shared.folder);
  const server = await startIngestProcess({ agency: shared.agency, data });
  await ask(server.url, "/v1/enrolments", newDevice().enrolment);
  await server.kill("SIGTERM");
  const raw = new BetterSqlite3(join(data, "ingest.sqlite"));
  raw.exec("drop trigger leaf_no_update");
  raw.exec("update leaf set data = x'05' || substr(data, 2) where leaf_index = 1");
  raw.close();
  await expect(startIngestProcess({ agency: shared.agency, data })).rejects.toThrow("The log is not the one");
});
