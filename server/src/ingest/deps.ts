import type { RawVerifyAsync } from "@overt/shared/crypto/ed25519.ts";
import type { FastifyServerOptions } from "fastify";
import type { IngestStore } from "../domain/ingest-store.ts";
import type { Sequencer } from "../domain/sequencer.ts";
import type { TrustSource } from "../domain/trust.ts";
import type { PublishedLog } from "../log/published-log.ts";

export interface IngestDeps {
  readonly store: IngestStore;
  readonly sequencer: Sequencer;
  readonly trust: TrustSource;
  readonly verify: RawVerifyAsync;
  readonly publishedLog: PublishedLog;
  /** The TUF folder served as /tuf/. */
  readonly tufFolder: string;
  /** Unix seconds. */
  readonly now: () => number;
  /** Requests a minute from one address. */
  readonly requestsPerMinute: number;
  /** Bytes of sealed blobs kept for one case. */
  readonly blobBytesPerCase: number;
  readonly log: NonNullable<FastifyServerOptions["loggerInstance"]> | undefined;
}
