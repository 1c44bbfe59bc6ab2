import { buildNodeSigner, buildNodeVerifier } from "@overt/server/crypto/verify.ts";
import { applyBatch, prepareBatch } from "@overt/server/domain/accept.ts";
import { recordEnrolment, verifyEnrolment } from "@overt/server/domain/enrol.ts";
import type { IngestStore, KnownDevice } from "@overt/server/domain/ingest-store.ts";
import { readLeaves } from "@overt/server/store/ingest-log.ts";
import { ingestMigrations } from "@overt/server/store/ingest-migrations.ts";
import { buildHandover, buildIngestReader } from "@overt/server/store/ingest-reader.ts";
import { buildIngestStore, type LogState } from "@overt/server/store/ingest-store.ts";
import type { IngestTables } from "@overt/server/store/ingest-tables.ts";
import { toHex, utf8 } from "@overt/shared/bytes.ts";
import { envelopeHash } from "@overt/shared/crypto/envelope.ts";
import { sha256Hex } from "@overt/shared/crypto/hash.ts";
import { LeafType, leafData } from "@overt/shared/log/leaf.ts";
import { leafHash, rootOf } from "@overt/shared/log/merkle.ts";
import { sql } from "kysely";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { buildDevice, heartbeat, type MadeRecord, type SimulatedDevice } from "../support/device.ts";
import { foundAgency, random, type SharedAgency } from "../support/ingest-world.ts";
import { describeOnEach, type OpenedDatabase } from "./databases.ts";

const { verifyAsync: verify } = buildNodeVerifier();
let shared: SharedAgency;
beforeAll(async () => {
  shared = await foundAgency();
});
const hashOf = (n: number) => sha256Hex(utf8(String(n)));

describeOnEach("the ingest store", (databases) => {
  let opened: OpenedDatabase<IngestTables>;
  let store: IngestStore & { readonly log: LogState };
  let now: number;
  beforeEach(async () => {
    now = Math.floor(Date.now() / 1000);
    opened = await databases.open<IngestTables>(ingestMigrations);
    store = await build(opened);
    await store.commit((unit) => unit.saveRuleSets(shared.trust.ruleSets));
  });
  afterEach(() => opened.close());

  function build({ db, dialect }: Pick<OpenedDatabase<IngestTables>, "db" | "dialect">) {
    const receiptKey = shared.agency.keys.signing("server-receipt");
    const logOrigin = shared.trust.servers.logOrigin;
    return buildIngestStore(db, {
      receiptKey,
      sign: buildNodeSigner(),
      logOrigin,
      dialect,
      now: () => now,
      maxOpenSteps: 3,
    });
  }

  async function enrolled(): Promise<{ sender: SimulatedDevice; known: KnownDevice }> {
    const pack = shared.agency.makePack("http://127.0.0.1:8801");
    const officer = shared.agency.keys.signing("officer-1");
    const sender = buildDevice({ pack, officer, random, now: () => now });
    const enrolment = await verifyEnrolment(sender.enrolment, { trust: shared.trust, verify });
    await store.commit((unit) => recordEnrolment(enrolment, unit));
    const known = await store.findDevice(sender.deviceId);
    if (known === undefined) throw new RangeError("The device was not stored.");
    return { sender, known };
  }

  async function post(records: readonly MadeRecord[]) {
    const envelopes = records.map(({ envelope }) => envelope);
    const deps = { store, verify, now: () => now, refreshTrust: async () => undefined };
    const batch = await prepareBatch(envelopes, deps);
    return store.commit((unit) => applyBatch(batch, envelopes.length, unit));
  }

  const count = async (table: keyof IngestTables) => {
    const row = await opened.db
      .selectFrom(table)
      .select((eb) => eb.fn.countAll().as("rows"))
      .executeTakeFirstOrThrow();
    return Number(row.rows);
  };

  test("a commit is kept whole or not at all", async () => {
    const before = store.log.current();
    const failing = store.commit(async (unit) => {
      unit.appendLeaf(LeafType.view, hashOf(1));
      await unit.markTargets(hashOf(2));
      throw new Error("on purpose");
    });
    await expect(failing).rejects.toThrow("on purpose");
    expect(store.log.current()).toEqual(before);
    expect(await store.commit((unit) => unit.markTargets(hashOf(2)))).toBe(true);
    expect(await store.commit((unit) => unit.markTargets(hashOf(2)))).toBe(false);
  });

  test("leaves stand in the order of their commits, and the root is theirs after a restart too", async () => {
    const places = await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        store.commit(async (unit) => [0, 1, 2, 3, 4].map((i) => unit.appendLeaf(LeafType.view, hashOf(n * 5 + i)))),
      ),
    );
    expect(places.flat()).toEqual(Array.from({ length: 300 }, (_, i) => i));
    const leaves = await readLeaves(opened.db, 0, 1_000);
    expect(leaves).toEqual(Array.from({ length: 300 }, (_, i) => leafData(LeafType.view, hashOf(i))));
    const root = rootOf(leaves.map(leafHash));
    expect(store.log.current()).toEqual({ size: 300, root });
    expect((await build(await opened.reopen())).log.current()).toEqual({ size: 300, root });
  });

  test("a record comes back with its receipt, byte for byte, also after a restart", async () => {
    const { sender, known } = await enrolled();
    const records = [sender.add(heartbeat), sender.add(heartbeat), sender.match()];
    const { results, head } = await post(records);
    expect([head, results.map(({ status }) => status)]).toEqual([2, [201, 201, 201]]);
    const database = await opened.reopen();
    store = await build(database);
    opened = { ...opened, db: database.db };
    for (const [i, { hash }] of records.entries()) {
      const held = await store.commit((unit) => unit.findHeld(known, i));
      expect(held).toEqual({ hash, receipt: results[i]?.receipt, refused: undefined });
    }
    expect(await store.commit((unit) => unit.findHead(known))).toMatchObject({ seq: 2, hash: records[2]?.hash });
    expect(await store.commit((unit) => unit.findHeld(known, 3))).toBeUndefined();
    expect((await post(records)).results.map(({ receipt }) => receipt)).toEqual(results.map(({ receipt }) => receipt));
  });

  test("the reader lists records in the order of arrival, a device's newest first, and finds one by its hash", async () => {
    const [first, second] = [await enrolled(), await enrolled()];
    const made = [first.sender.add(heartbeat), second.sender.add(heartbeat), first.sender.match()];
    for (const record of made) await post([record]);
    const reader = buildIngestReader(opened.db);
    const all = await reader.listRecords(0, 10);
    expect(all.map(({ hash }) => hash)).toEqual(made.map(({ hash }) => hash));
    expect(await reader.listRecords(all[0]?.recordId ?? 0, 1)).toEqual([all[1]]);
    const own = await reader.listDeviceRecords(first.sender.deviceId, 100, 10);
    expect(own.map(({ hash }) => hash)).toEqual([made[2]?.hash, made[0]?.hash]);
    expect(await reader.findRecord(made[1]?.hash ?? "")).toEqual(all[1]);
    expect(await reader.findRecord(hashOf(9))).toBeUndefined();
    expect(all[2]?.body).toMatchObject({ type: "event", event: { kind: "match", seq: 1 } });
    expect((await reader.listDevices()).map(({ head }) => head)).toEqual([1, 0]);
    expect(await reader.findOrder(envelopeHash(shared.agency.order))).toMatchObject({ caseRef: "PRACTICE-001" });
  });

  test("a fork is kept once for each hash", async () => {
    const { known } = await enrolled();
    const size = store.log.current().size;
    for (const n of [1, 1, 2]) await store.commit((unit) => unit.appendFork(known, 0, hashOf(n)));
    expect([await count("fork"), store.log.current().size]).toEqual([2, size + 2]);
  });

  test("a nonce is spent once by a device, until it has expired", async () => {
    const [one, other] = [(await enrolled()).known, (await enrolled()).known];
    const spend = (device: KnownDevice, at = now) => store.spendNonce(device, "ab".repeat(16), at, at + 10);
    const race = await Promise.all([spend(one), spend(one), spend(one)]);
    expect(race.filter(Boolean)).toHaveLength(1);
    expect(await spend(other)).toBe(true);
    expect(await spend(one, now + 11)).toBe(true);
    await store.deleteExpired(now + 100);
    expect(await count("nonce")).toBe(0);
  });

  test("a blob is wanted by the device that named it, and stored once", async () => {
    const [{ sender, known }, other] = [await enrolled(), await enrolled()];
    const record = sender.match({ evidence: { level1: { v: 1, level: 1, host: "a.invalid", maskedTerm: "c…t" } } });
    const [blob] = record.blobs;
    if (blob === undefined) throw new RangeError("The record names no blob.");
    expect((await post([record])).wantedBlobs).toEqual([blob.sha256]);
    expect(await store.isBlobWanted(known, blob.sha256)).toBe(true);
    expect(await store.isBlobWanted(other.known, blob.sha256)).toBe(false);
    expect(await store.saveBlob(known, blob.sha256, blob.bytes, now)).toBe(true);
    expect(await store.saveBlob(known, blob.sha256, blob.bytes, now)).toBe(false);
    expect(await store.countBlobBytes(known)).toBe(blob.bytes.length);
    expect(await store.commit((unit) => unit.listMissingBlobs(known, [blob.sha256, hashOf(1)]))).toEqual([hashOf(1)]);
    expect(await buildIngestReader(opened.db).findBlob(blob.sha256)).toEqual(blob.bytes);
  });

  test("what is handed over is taken up once, in order, and reaches its device behind a growing cursor", async () => {
    const { sender, known } = await enrolled();
    const handover = buildHandover(opened.db);
    const view = sender.add(heartbeat).envelope;
    const item = (n: number) => ({
      ...{ leafType: LeafType.view, hash: hashOf(n) },
      reply: { deviceId: sender.deviceId, item: { kind: "view" as const, view } },
    });
    const size = store.log.current().size;
    expect(await store.hasHandover()).toBe(false);
    await handover.submit([item(1), item(2)]);
    await handover.submit([item(2), item(3), { leafType: LeafType.audit, hash: hashOf(3) }]);
    expect(await store.hasHandover()).toBe(true);
    expect(await store.commit((unit) => unit.drainHandover(3))).toBe(true);
    expect(await store.commit((unit) => unit.drainHandover(3))).toBe(true);
    expect(await store.commit((unit) => unit.drainHandover(3))).toBe(false);
    expect(await store.hasHandover()).toBe(false);
    const leaves = (await readLeaves(opened.db, size, 10)).map((data) => toHex(data));
    const expected = [1, 2, 3]
      .map((n) => leafData(LeafType.view, hashOf(n)))
      .concat(leafData(LeafType.audit, hashOf(3)));
    expect(leaves).toEqual(expected.map((data) => toHex(data)));
    const feed = await store.listFeed(known, 0, 10);
    expect(feed).toHaveLength(3);
    expect(feed.map(({ cursor }) => cursor)).toEqual([...feed.map(({ cursor }) => cursor)].sort((a, b) => a - b));
    expect(await store.listFeed(known, feed[0]?.cursor ?? 0, 1)).toEqual([feed[1]]);
    expect(await store.listFeed((await enrolled()).known, 0, 10)).toEqual([]);
  });

  test("an exchange step is its first writer's, and no more are open than the bound", async () => {
    expect(await store.saveExchangeStep("01".repeat(16), "commitment", "{}", now)).toBe(true);
    expect(await store.saveExchangeStep("01".repeat(16), "commitment", "{}", now)).toBe(true);
    expect(await store.saveExchangeStep("01".repeat(16), "commitment", '{"x":1}', now)).toBe(false);
    expect(await store.findExchangeStep("01".repeat(16), "commitment")).toBe("{}");
    for (const n of [2, 3]) await store.saveExchangeStep(`0${n}`.repeat(16), "commitment", "{}", now);
    await expect(store.saveExchangeStep("04".repeat(16), "commitment", "{}", now)).rejects.toMatchObject({
      code: "OVERLOADED",
    });
    await store.deleteExpired(now + 4 * 86_400);
    expect(await store.findExchangeStep("01".repeat(16), "commitment")).toBeUndefined();
  });

  test("an erased case can be read and written no more; its hashes and leaves stay", async () => {
    const { sender, known } = await enrolled();
    const record = sender.match({ evidence: { level1: { v: 1, level: 1, host: "a.invalid", maskedTerm: "c…t" } } });
    await post([record]);
    const [blob] = record.blobs;
    await store.saveBlob(known, blob?.sha256 ?? "", blob?.bytes ?? new Uint8Array(), now);
    const before = store.log.current();
    expect(await store.eraseCase("PRACTICE-001", now)).toBe(true);
    expect(await store.eraseCase("PRACTICE-001", now)).toBe(false);
    expect([await count("body"), await count("blob"), await count("case_key")]).toEqual([0, 0, 0]);
    expect(await store.findDevice(sender.deviceId)).toBeUndefined();
    const [held] = await buildIngestReader(opened.db).listRecords(0, 10);
    expect(held).toMatchObject({ hash: record.hash, body: undefined });
    expect(store.log.current()).toEqual(before);
    expect((await build(await opened.reopen())).log.current()).toEqual(before);
  });

  test("what is append-only takes neither an update nor a deletion", async () => {
    const { sender, known } = await enrolled();
    const record = sender.match({ evidence: { level1: { v: 1, level: 1, host: "a.invalid", maskedTerm: "c…t" } } });
    await post([record]);
    await store.saveBlob(known, record.blobs[0]?.sha256 ?? "", record.blobs[0]?.bytes ?? new Uint8Array(), now);
    await store.commit((unit) => unit.appendFork(known, 0, hashOf(1)));
    await buildHandover(opened.db).submit([
      {
        ...{ leafType: LeafType.view, hash: hashOf(1) },
        reply: { deviceId: sender.deviceId, item: { kind: "view", view: record.envelope } },
      },
    ]);
    await store.commit((unit) => unit.drainHandover(10));
    const kept = [
      "leaf",
      "log_hash",
      "court_order",
      "order_status",
      "token_use",
      "acknowledgement",
      "record",
      "receipt",
    ] as const;
    for (const table of [...kept, "fork", "handover", "feed", "rule_set", "body", "blob"] as const) {
      const rows = await count(table);
      expect(rows, table).toBeGreaterThan(0);
      const [column] = await columnsOf(table);
      const change = sql`update ${sql.table(table)} set ${sql.ref(column ?? "")} = ${sql.ref(column ?? "")}`;
      await expect(change.execute(opened.db), `update of ${table}`).rejects.toThrow();
      await expect(sql`delete from ${sql.table(table)}`.execute(opened.db), `deletion of ${table}`).rejects.toThrow();
      expect(await count(table), table).toBe(rows);
    }
  });

  async function columnsOf(table: string): Promise<readonly string[]> {
    const tables = await opened.db.introspection.getTables();
    return tables.find(({ name }) => name === table)?.columns.map(({ name }) => name) ?? [];
  }
});
