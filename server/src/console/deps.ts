import type { SigningKey } from "@overt/shared/crypto/ed25519.ts";
import type { FastifyServerOptions } from "fastify";
import type { ConsoleStore } from "../domain/console-store.ts";
import type { Handover, IngestReader } from "../domain/ports.ts";
import type { TrustSource } from "../domain/trust.ts";

export interface ConsoleDeps {
  readonly store: ConsoleStore;
  readonly ingest: IngestReader;
  readonly handover: Handover;
  readonly trust: TrustSource;
  /** Signs views and decisions: one of the roster's console keys. */
  readonly signingKey: SigningKey;
  /** 32 bytes that seal the session cookie; the same at every start keeps reviewers signed in. */
  readonly sessionKey: Uint8Array;
  /** Unix seconds. */
  readonly now: () => number;
  readonly random: (n: number) => Uint8Array;
  /** Shows PRACTICE on every page. */
  readonly practice: boolean;
  /** What browsers call the console, such as `https://console.example`; requests for another host are refused. */
  readonly origin: string;
  /** Folder of the built assets: style sheet, client module, icon. */
  readonly assets: string;
  /** Seconds between looks into ingest's store; 0 leaves them to `onIngest` alone. */
  readonly pollSeconds: number;
  /** In one process with ingest: calls back after each commit there. Returns the way to stop. */
  readonly onIngest?: (listener: () => void) => () => void;
  readonly log: NonNullable<FastifyServerOptions["loggerInstance"]> | undefined;
}
