import type { RawVerifyAsync } from "@overt/shared/crypto/ed25519.ts";
import type { FastifyServerOptions } from "fastify";
import type { IngestStore } from "../domain/ingest-store.ts";
import type { Sequencer } from "../domain/sequencer.ts";
import type { TrustSource } from "../domain/trust.ts";
import type { IngestMetrics } from "../http/metrics.ts";
import type { PublishedLog } from "../log/published-log.ts";
import type { Admission, DeviceBudget } from "./admission.ts";
import type { Health } from "./health.ts";

export interface IngestDeps {
  readonly store: IngestStore;
  readonly sequencer: Sequencer;
  readonly trust: TrustSource;
  /** Takes in what the agency published since the last look. */
  readonly refreshTrust: () => Promise<void>;
  readonly health: Health;
  readonly verify: RawVerifyAsync;
  readonly publishedLog: PublishedLog;
  /** The TUF folder served as /tuf/. */
  readonly tufFolder: string;
  /** Unix seconds. */
  readonly now: () => number;
  readonly random: (n: number) => Uint8Array;
  /** In which a whole request must have come in. */
  readonly requestTimeoutMs: number;
  /** Requests a minute from one address. */
  readonly requestsPerMinute: number;
  /** What one device may do. */
  readonly budget: DeviceBudget;
  readonly admission: Admission;
  readonly metrics: IngestMetrics;
  /** Bytes of sealed blobs kept for one case. */
  readonly blobBytesPerCase: number;
  readonly log: NonNullable<FastifyServerOptions["loggerInstance"]> | undefined;
}
