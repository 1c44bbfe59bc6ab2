import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { signingKeyFromSeed } from "@overt/shared/crypto/ed25519.ts";
import { LeafType } from "@overt/shared/log/leaf.ts";
import type { FastifyInstance } from "fastify";
import type { ServerConfig } from "./config.ts";
import { buildConsole } from "./console/app.ts";
import { buildNodeSigner, buildNodeVerifier } from "./crypto/verify.ts";
import type { Handover } from "./domain/ports.ts";
import { buildSequencer } from "./domain/sequencer.ts";
import { createSignInLink } from "./domain/sign-in.ts";
import { buildIngest } from "./ingest/app.ts";
import { openTrust } from "./ingest/trust/source.ts";
import { readSeed } from "./key-file.ts";
import { buildPublishedLog } from "./log/published-log.ts";
import { buildLogger } from "./logger.ts";
import { openConsoleStore } from "./store/console-store.ts";
import { openDatabase } from "./store/database.ts";
import { ingestMigrations } from "./store/ingest-migrations.ts";
import { buildHandover, buildIngestReader } from "./store/ingest-reader.ts";
import { buildIngestStore } from "./store/ingest-store.ts";
import type { IngestTables } from "./store/ingest-tables.ts";

export interface RunningServer {
  readonly ingest: FastifyInstance | undefined;
  readonly console: FastifyInstance | undefined;
  /** One-time token of a sign-in link; undefined where the console does not run here. */
  signInToken(reviewerId: string): Promise<string>;
  close(): Promise<void>;
}

export type Part = "ingest" | "console" | "all";

const now = () => Math.floor(Date.now() / 1000);
const random = (n: number) => new Uint8Array(randomBytes(n));
const drainEveryMs = 250;
const checkpointEveryMs = 1_000;

/** Builds the parts that this process runs; nothing listens yet. */
export async function buildServer(config: ServerConfig, part: Part): Promise<RunningServer> {
  mkdirSync(config.OVERT_DATA, { recursive: true, mode: 0o700 });
  const logger = buildLogger(config.OVERT_LOG, part);
  const report = (error: unknown) => logger.error({ err: error }, "work beside the requests failed");
  const trust = await openTrust({
    folder: config.OVERT_TUF,
    rootSha256: config.OVERT_TUF_ROOT_SHA256,
    onError: report,
  });
  const database = await openDatabase<IngestTables>(join(config.OVERT_DATA, "ingest.sqlite"), ingestMigrations);
  const closers: (() => Promise<void> | void)[] = [() => trust.close(), () => database.close()];
  const listeners = new Set<() => void>();
  let handover: Handover = buildHandover(database.db);
  let ingest: FastifyInstance | undefined;

  if (part !== "console") {
    const origin = trust.current().servers.logOrigin;
    const store = await buildIngestStore(database.db, {
      receiptKey: signingKeyFromSeed(readSeed(config.OVERT_RECEIPT_KEY)),
      sign: buildNodeSigner(),
      logOrigin: origin,
      now,
    });
    const sequencer = buildSequencer(store, { maxWaiting: 2_000, maxPerCommit: 200 });
    sequencer.onCommit(() => {
      for (const listener of listeners) listener();
    });
    const logKey = signingKeyFromSeed(readSeed(config.OVERT_LOG_KEY));
    const publishedLog = buildPublishedLog({ db: database.db, log: store.log, origin, key: logKey, now });
    const takeTrust = () =>
      sequencer.run(async (unit) => {
        const { ruleSets, targetsSha256 } = trust.current();
        await unit.saveRuleSets(ruleSets);
        if (await unit.markTargets(targetsSha256)) unit.appendLeaf(LeafType["targets-version"], targetsSha256);
      });
    await takeTrust();
    const drain = () => sequencer.run((unit) => unit.drainHandover(200));
    const plain = handover;
    handover = {
      async submit(items) {
        await plain.submit(items);
        await drain();
      },
    };
    const timers = [
      setInterval(() => void drain().catch(report), drainEveryMs),
      setInterval(() => void publishedLog.checkpoint().catch(report), checkpointEveryMs),
      setInterval(
        () =>
          void trust
            .refresh()
            .then((changed) => (changed ? takeTrust() : undefined))
            .catch(report),
        checkpointEveryMs,
      ),
    ];
    ingest = buildIngest({
      store,
      sequencer,
      trust,
      verify: buildNodeVerifier().verifyAsync,
      publishedLog,
      tufFolder: resolve(config.OVERT_TUF),
      now,
      requestsPerMinute: 1_200,
      blobBytesPerCase: 512 * 1024 * 1024,
      log: logger,
    });
    const app = ingest;
    closers.unshift(
      () => {
        for (const timer of timers) clearInterval(timer);
      },
      () => app.close(),
      () => sequencer.close(),
    );
  }

  const console_ = part === "ingest" ? undefined : await openConsole();
  async function openConsole() {
    const store = await openConsoleStore(join(config.OVERT_DATA, "console.sqlite"));
    const app = buildConsole({
      store,
      ingest: buildIngestReader(database.db),
      handover,
      trust,
      signingKey: signingKeyFromSeed(readSeed(config.OVERT_CONSOLE_KEY)),
      sessionKey: readSeed(config.OVERT_SESSION_KEY),
      now,
      random,
      practice: trust.current().practice,
      origin: config.OVERT_CONSOLE_ORIGIN ?? `http://${config.OVERT_HOST}:${config.OVERT_CONSOLE_PORT}`,
      assets: resolve(import.meta.dirname, "../../dist/console"),
      pollSeconds: 1,
      ...(part === "all" && {
        onIngest: (listener: () => void) => {
          listeners.add(listener);
          return () => void listeners.delete(listener);
        },
      }),
      log: logger,
    });
    closers.unshift(
      () => app.close(),
      () => store.close(),
    );
    return { app, store };
  }

  return {
    ingest,
    console: console_?.app,
    signInToken(reviewerId) {
      if (console_ === undefined) throw new RangeError("The console does not run in this process.");
      const deps = { store: console_.store, reviewers: () => trust.current().reviewers, now, random };
      return createSignInLink(deps, { reviewerId, lifeSeconds: 86_400 });
    },
    async close() {
      for (const close of closers) await close();
    },
  };
}
