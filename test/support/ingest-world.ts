import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPracticeAgency, type PracticeAgency } from "@overt/scripts/start/practice/agency.ts";
import { buildNodeSigner, buildNodeVerifier } from "@overt/server/crypto/verify.ts";
import { buildSequencer, type Sequencer } from "@overt/server/domain/sequencer.ts";
import type { Trust } from "@overt/server/domain/trust.ts";
import { buildMetrics } from "@overt/server/http/metrics.ts";
import { buildAdmission, buildDeviceBudget } from "@overt/server/ingest/admission.ts";
import { buildIngest } from "@overt/server/ingest/app.ts";
import type { IngestDeps } from "@overt/server/ingest/deps.ts";
import { buildHealth } from "@overt/server/ingest/health.ts";
import { loadTrust } from "@overt/server/ingest/trust/load.ts";
import { openCheckpointCopy } from "@overt/server/log/checkpoint-copy.ts";
import { buildPublishedLog, type PublishedLog } from "@overt/server/log/published-log.ts";
import { type Database, openDatabase } from "@overt/server/store/database.ts";
import { ingestMigrations } from "@overt/server/store/ingest-migrations.ts";
import { buildIngestStore } from "@overt/server/store/ingest-store.ts";
import type { IngestTables } from "@overt/server/store/ingest-tables.ts";
import type { Envelope } from "@overt/shared/crypto/envelope.ts";
import { EventsAnswer } from "@overt/shared/protocol/wire.ts";
import type { FastifyInstance, InjectOptions } from "fastify";
import { afterAll } from "vitest";
import { buildDevice, type DeviceOptions, type MadeRecord, type SimulatedDevice } from "./device.ts";

export const random = (n: number) => new Uint8Array(randomBytes(n));

export interface Clock {
  now: number;
}

/** One practice agency for a whole test file: founding it costs two seconds of slow signatures. */
export interface SharedAgency {
  readonly folder: string;
  readonly agency: PracticeAgency;
  readonly trust: Trust;
}

export async function foundAgency(): Promise<SharedAgency> {
  const folder = mkdtempSync(join(tmpdir(), "overt-ingest-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const now = Math.floor(Date.now() / 1000);
  const agency = openPracticeAgency({ folder: join(folder, "agency"), now, random });
  return { folder, agency, trust: await loadTrust(agency.published, agency.rootSha256) };
}

export interface IngestWorld {
  readonly app: FastifyInstance;
  readonly database: Database<IngestTables>;
  readonly store: Awaited<ReturnType<typeof buildIngestStore>>;
  readonly sequencer: Sequencer;
  readonly publishedLog: PublishedLog;
  readonly agency: PracticeAgency;
  readonly clock: Clock;
  readonly path: string;
  /** A device that has not been enrolled. */
  device(options?: Partial<DeviceOptions>): SimulatedDevice;
  /** A device that is enrolled. */
  enrolled(options?: Partial<DeviceOptions>): Promise<SimulatedDevice>;
  send(
    options: InjectOptions,
  ): Promise<{ status: number; body: unknown; code: string | undefined; headers: Record<string, unknown> }>;
  post(records: readonly (MadeRecord | Envelope)[]): Promise<EventsAnswer>;
  /** Rows of every table: what a refused request must not change. */
  countRows(): Promise<Record<string, number>>;
  close(): Promise<void>;
}

/** Ingest over a database of its own, asked through `inject`. */
export async function openIngestWorld(
  shared: SharedAgency,
  options: { readonly path?: string; readonly deps?: Partial<IngestDeps>; readonly trust?: Partial<Trust> } = {},
): Promise<IngestWorld> {
  const path = options.path ?? join(mkdtempSync(join(shared.folder, "db-")), "ingest.sqlite");
  const clock: Clock = { now: Math.floor(Date.now() / 1000) };
  const now = () => clock.now;
  const trust = { current: () => ({ ...shared.trust, ...options.trust }) };
  const origin = shared.trust.servers.logOrigin;
  const logKey = shared.agency.keys.signing("server-log");
  const copy = openCheckpointCopy(`${path}.checkpoint`, [{ name: origin, publicKey: logKey.publicKey }]);
  const published = copy.find();
  const database = await openDatabase<IngestTables>(path, ingestMigrations);
  const store = await buildIngestStore(database.db, {
    receiptKey: shared.agency.keys.signing("server-receipt"),
    sign: buildNodeSigner(),
    logOrigin: origin,
    now,
    published: published === undefined ? [] : [published],
  });
  /** They stay as they are while ingest runs; asking takes longer than counting. */
  let tables: readonly { readonly name: string }[] | undefined;
  const sequencer = buildSequencer(store, { maxWaiting: 10_000, maxPerCommit: 1_000 });
  const publishedLog = buildPublishedLog({ db: database.db, log: store.log, origin, key: logKey, copy, now });
  await sequencer.run((unit) => unit.saveRuleSets(trust.current().ruleSets));
  const app = buildIngest({
    ...{ store, sequencer, trust, publishedLog, now, random, log: undefined },
    refreshTrust: () => Promise.resolve(),
    health: buildHealth({
      checks: { "log-not-signed": () => publishedLog.checkpoint(), "store-not-writable": () => store.probe(now()) },
      ...{ expires: () => trust.current().expires, now, report: () => undefined },
    }),
    verify: buildNodeVerifier().verifyAsync,
    tufFolder: shared.agency.published,
    requestTimeoutMs: 30_000,
    requestsPerMinute: 1_000_000,
    budget: buildDeviceBudget({ perMinute: 1_000_000, now }),
    admission: buildAdmission(5_000),
    metrics: buildMetrics(),
    blobBytesPerCase: 512 * 1024 * 1024,
    ...options.deps,
  });
  const device = (more: Partial<DeviceOptions> = {}) =>
    buildDevice({
      pack: shared.agency.makePack("http://127.0.0.1:8801"),
      officer: shared.agency.keys.signing("officer-1"),
      ...{ random, now },
      ...more,
    });
  const send: IngestWorld["send"] = async (request) => {
    const { statusCode, payload, headers } = await app.inject(request);
    let body: unknown = payload;
    if (String(headers["content-type"]).includes("json")) body = JSON.parse(payload);
    const code: unknown = Reflect.get(Object(body), "code");
    return { status: statusCode, body, code: typeof code === "string" ? code : undefined, headers };
  };
  return {
    ...{ app, database, store, sequencer, publishedLog, clock, path, device, send },
    agency: shared.agency,
    async enrolled(more) {
      const made = device(more);
      const { status, body } = await send({ method: "POST", url: "/v1/enrolments", payload: made.enrolment });
      if (status !== 201) throw new Error(`enrolment was refused: ${JSON.stringify(body)}`);
      return made;
    },
    async post(records) {
      const envelopes = records.map((record) => ("envelope" in record ? record.envelope : record));
      const { status, body } = await send({ method: "POST", url: "/v1/events", payload: { v: 1, envelopes } });
      if (status !== 200) throw new Error(`the batch was refused: ${JSON.stringify(body)}`);
      return EventsAnswer.parse(body);
    },
    async countRows() {
      tables ??= await database.db.introspection.getTables();
      const counts: Record<string, number> = {};
      for (const { name } of tables) {
        const row = await database.db
          .selectFrom(name as keyof IngestTables)
          .select((eb) => eb.fn.countAll<number>().as("rows"))
          .executeTakeFirstOrThrow();
        counts[name] = Number(row.rows);
      }
      return counts;
    },
    async close() {
      await app.close();
      await sequencer.close();
      await database.close();
    },
  };
}
