import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { type RawSign, signingKeyFromSeed } from "@overt/shared/crypto/ed25519.ts";
import { PolicyError } from "@overt/shared/errors.ts";
import type { FastifyInstance } from "fastify";
import { consoleOrigin, type ServerConfig } from "./config.ts";
import { buildConsole } from "./console/app.ts";
import { buildNodeSigner } from "./crypto/verify.ts";
import type { Handover } from "./domain/ports.ts";
import { type OpenIngest, openIngest } from "./ingest/open.ts";
import { buildTimestampKeeper, type TimestampKeeper } from "./ingest/trust/renew-timestamp.ts";
import { type OpenTrust, openTrust } from "./ingest/trust/source.ts";
import { readSeed } from "./key-file.ts";
import { buildLogger } from "./logger.ts";
import { openConsoleStore } from "./store/console-store.ts";
import { type Database, openDatabase } from "./store/database.ts";
import { ingestMigrations } from "./store/ingest-migrations.ts";
import { buildHandover, buildIngestReader } from "./store/ingest-reader.ts";
import type { IngestTables } from "./store/ingest-tables.ts";

export interface RunningServer {
  readonly ingest: FastifyInstance | undefined;
  /** /metrics and health of ingest. */
  readonly private: FastifyInstance | undefined;
  readonly console: FastifyInstance | undefined;
  close(): Promise<void>;
}

export type Part = "ingest" | "console" | "all";

const now = () => Math.floor(Date.now() / 1000);
const random = (n: number) => new Uint8Array(randomBytes(n));
const trustEveryMs = 10_000;

/** Builds the parts that this process runs; nothing listens yet. */
export async function buildServer(config: ServerConfig, part: Part): Promise<RunningServer> {
  mkdirSync(config.OVERT_DATA, { recursive: true, mode: 0o700 });
  const log = buildLogger(config.OVERT_LOG, part);
  const sign = buildNodeSigner();
  const timestamp = part === "console" ? undefined : openTimestampKeeper(config, sign);
  timestamp?.renew(now());
  const trust = await openTrust({ folder: config.OVERT_TUF, rootSha256: config.OVERT_TUF_ROOT_SHA256 });
  requireLoopbackForPractice(trust.current().practice, config.OVERT_HOST);
  const database = await openDatabase<IngestTables>(join(config.OVERT_DATA, "ingest.sqlite"), ingestMigrations);
  try {
    const ingest =
      part === "console" ? undefined : await openIngest({ config, database, trust, timestamp, sign, now, random, log });
    const console_ = part === "ingest" ? undefined : await openConsole({ config, database, trust, ingest, log });
    return {
      ingest: ingest?.app,
      private: ingest?.privateApp,
      console: console_?.app,
      async close() {
        await console_?.close();
        await ingest?.close();
        await ingest?.privateApp.close();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

function openTimestampKeeper(config: ServerConfig, sign: RawSign): TimestampKeeper | undefined {
  if (config.OVERT_TIMESTAMP_KEY === undefined) return undefined;
  const key = signingKeyFromSeed(readSeed(config.OVERT_TIMESTAMP_KEY, "timestamp"));
  return buildTimestampKeeper(config.OVERT_TUF, key, sign);
}

async function openConsole(input: {
  readonly config: ServerConfig;
  readonly database: Database<IngestTables>;
  readonly trust: OpenTrust;
  /** Ingest in the same process. */
  readonly ingest: OpenIngest | undefined;
  readonly log: ReturnType<typeof buildLogger>;
}) {
  const { config, database, trust, ingest, log } = input;
  const store = await openConsoleStore(join(config.OVERT_DATA, "console.sqlite"));
  const report = (error: unknown) => log.error({ err: error }, "the agency's publication could not be read");
  const timer = setInterval(() => void trust.refresh().catch(report), trustEveryMs);
  const app = buildConsole({
    ...{ store, trust, now, random, log },
    ingest: buildIngestReader(database.db),
    handover: knocking(buildHandover(database.db), ingest),
    signingKey: signingKeyFromSeed(readSeed(config.OVERT_CONSOLE_KEY, "server-console")),
    sessionKey: readSeed(config.OVERT_SESSION_KEY, "server-session"),
    practice: trust.current().practice,
    origin: consoleOrigin(config),
    assets: resolve(import.meta.dirname, "../../dist/console"),
    pollSeconds: 1,
    ...(ingest !== undefined && { onIngest: ingest.onCommit }),
  });
  return {
    app,
    async close() {
      clearInterval(timer);
      await app.close();
      await store.close();
    },
  };
}

/** In one process ingest takes up at once what is handed over; otherwise its own timer finds it. */
function knocking(handover: Handover, ingest: OpenIngest | undefined): Handover {
  return {
    async submit(items) {
      await handover.submit(items);
      await ingest?.drainHandover();
    },
  };
}

function requireLoopbackForPractice(practice: boolean, host: string): void {
  if (practice && !["127.0.0.1", "::1", "localhost"].includes(host)) {
    throw new PolicyError(
      "PRACTICE_NOT_LOOPBACK",
      "A practice agency is served on this machine only: set OVERT_HOST to 127.0.0.1.",
    );
  }
}
