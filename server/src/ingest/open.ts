import { join, resolve } from "node:path";
import { parseHex, toHex } from "@overt/shared/bytes.ts";
import { type RawSign, signingKeyFromSeed } from "@overt/shared/crypto/ed25519.ts";
import { ConfigError } from "@overt/shared/errors.ts";
import { LeafType } from "@overt/shared/log/leaf.ts";
import type { NoteVerifier } from "@overt/shared/log/note.ts";
import type { FastifyInstance, FastifyServerOptions } from "fastify";
import { checkpointPath, type ServerConfig } from "../config.ts";
import { buildNodeVerifier } from "../crypto/verify.ts";
import { buildSequencer, type Sequencer } from "../domain/sequencer.ts";
import { keysAt, type Trust } from "../domain/trust.ts";
import { buildMetrics } from "../http/metrics.ts";
import { readSeed } from "../key-file.ts";
import { openCheckpointCopy, requirePublished } from "../log/checkpoint-copy.ts";
import { buildPublishedLog } from "../log/published-log.ts";
import type { Database } from "../store/database.ts";
import { hasSignedCheckpoint } from "../store/ingest-log.ts";
import { buildIngestStore } from "../store/ingest-store.ts";
import type { IngestTables } from "../store/ingest-tables.ts";
import { lockLog } from "../store/log-lock.ts";
import { buildAdmission, buildDeviceBudget } from "./admission.ts";
import { buildIngest } from "./app.ts";
import { buildHealth } from "./health.ts";
import { buildPrivateApp } from "./private-app.ts";
import type { TimestampKeeper } from "./trust/renew-timestamp.ts";
import type { OpenTrust } from "./trust/source.ts";

export interface OpenIngest {
  readonly app: FastifyInstance;
  /** The operator's port. */
  readonly privateApp: FastifyInstance;
  /** Takes up at once what the console handed over. */
  drainHandover(): Promise<void>;
  /** Calls back after each commit. */
  onCommit(listener: () => void): () => void;
  close(): Promise<void>;
}

/** Milliseconds between two looks at what the console handed over; it also knocks when it runs in the same process. */
const drainEveryMs = 250;
const checkpointEveryMs = 1_000;
const renewEveryMs = 10_000;
const housekeepingEveryMs = 60_000;
const handoverPage = 200;

/** Wires ingest over an open database: locks the log, checks it against what was published, and starts the work beside the requests. */
export async function openIngest(input: {
  readonly config: ServerConfig;
  readonly database: Database<IngestTables>;
  readonly trust: OpenTrust;
  /** Where this server holds the agency's timestamp key. */
  readonly timestamp: TimestampKeeper | undefined;
  readonly sign: RawSign;
  readonly now: () => number;
  readonly random: (n: number) => Uint8Array;
  readonly log: NonNullable<FastifyServerOptions["loggerInstance"]>;
}): Promise<OpenIngest> {
  const { config, database, trust, timestamp, sign, now, random, log } = input;
  const { servers } = trust.current();
  const receiptKey = signingKeyFromSeed(readSeed(config.OVERT_RECEIPT_KEY, "server-receipt"));
  const logKey = signingKeyFromSeed(readSeed(config.OVERT_LOG_KEY, "server-log"));
  requireRostered("receipts", receiptKey.publicKey, keysAt(servers.receiptKeys, now()));
  requireRostered("checkpoints", logKey.publicKey, keysAt(servers.logKeys, now()));
  const lock = lockLog(join(config.OVERT_DATA, "ingest.lock"));
  try {
    const origin = servers.logOrigin;
    const copy = openCheckpointCopy(checkpointPath(config), logVerifiers(trust.current()));
    const store = await buildIngestStore(database.db, {
      ...{ receiptKey, sign, logOrigin: origin, now, dialect: database.dialect },
      published: requirePublished(copy, await hasSignedCheckpoint(database.db)),
    });
    const sequencer = buildSequencer(store, { maxWaiting: 10_000, maxPerCommit: 1_000 });
    const publishedLog = buildPublishedLog({ db: database.db, log: store.log, origin, key: logKey, copy, now });
    const report = (error: unknown) => log.error({ err: error }, "work beside the requests failed");
    const takeTrust = buildTakeTrust(sequencer, () => trust.current());
    const refreshTrust = () => trust.refresh().then(takeTrust);
    await takeTrust();
    // Signed before anybody is served: a log that may not be signed takes nothing either.
    await publishedLog.checkpoint();
    const health = buildHealth({
      checks: {
        "log-not-signed": () => publishedLog.checkpoint(),
        "store-not-writable": () => store.probe(now()),
      },
      ...{ expires: () => trust.current().expires, now, report },
    });

    const metrics = buildMetrics();
    metrics.gauge("overt_log_size", "Leaves that have committed.", () => store.log.current().size);
    metrics.gauge("overt_resident_bytes", "Memory of the process.", () => process.memoryUsage.rss());
    const app = buildIngest({
      refreshTrust: () => refreshTrust().catch(report),
      ...{ store, sequencer, trust, publishedLog, metrics, health, now, random, log },
      verify: buildNodeVerifier().verifyAsync,
      tufFolder: resolve(config.OVERT_TUF),
      requestTimeoutMs: 30_000,
      requestsPerMinute: 1_200,
      budget: buildDeviceBudget({ perMinute: 12_000, now }),
      admission: buildAdmission(5_000),
      blobBytesPerCase: 512 * 1024 * 1024,
    });

    const drainHandover = async () => {
      while (await store.hasHandover()) await sequencer.run((unit) => unit.drainHandover(handoverPage));
    };
    const every = (ms: number, work: () => Promise<unknown>) => setInterval(() => void work().catch(report), ms);
    const timers = [
      every(drainEveryMs, drainHandover),
      every(checkpointEveryMs, () => publishedLog.checkpoint()),
      every(checkpointEveryMs, refreshTrust),
      every(renewEveryMs, async () => timestamp?.renew(now())),
      every(housekeepingEveryMs, () => store.deleteExpired(now())),
    ];
    return {
      app,
      privateApp: buildPrivateApp({ metrics, health }),
      drainHandover,
      onCommit: sequencer.onCommit,
      async close() {
        for (const timer of timers) clearInterval(timer);
        await app.close();
        await sequencer.close();
        await publishedLog.checkpoint();
        lock.close();
      },
    };
  } catch (error) {
    lock.close();
    throw error;
  }
}

/** The log's keys, past ones included: what was signed once was published. */
export function logVerifiers({ servers }: Trust): readonly NoteVerifier[] {
  return servers.logKeys.map(({ publicKey }) => ({ name: servers.logOrigin, publicKey: parseHex(publicKey) }));
}

/** Keeps each rule set that comes into force, and logs each version of the targets, once. */
function buildTakeTrust(sequencer: Sequencer, current: () => Trust): () => Promise<void> {
  let taken: string | undefined;
  return async () => {
    const { ruleSets, targetsSha256 } = current();
    if (targetsSha256 === taken) return;
    await sequencer.run(async (unit) => {
      await unit.saveRuleSets(ruleSets);
      if (await unit.markTargets(targetsSha256)) unit.appendLeaf(LeafType["targets-version"], targetsSha256);
    });
    taken = targetsSha256;
  };
}

/** A device refuses what a key signed that the agency did not publish: better to say so at start. */
function requireRostered(purpose: string, publicKey: Uint8Array, roster: readonly Uint8Array[]): void {
  if (!roster.some((key) => toHex(key) === toHex(publicKey))) {
    throw new ConfigError("BAD_CONFIG", `The key for ${purpose} is not in the agency's keys/servers.json, or not now.`);
  }
}
