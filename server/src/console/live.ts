import { project } from "../domain/project.ts";
import { buildRelay, type Relay } from "../domain/relay.ts";
import type { ConsoleDeps } from "./deps.ts";

/** What runs beside the pages: ingest's records in, views and decisions out, a nudge to open pages. */
export interface Background {
  readonly relay: Relay;
  /** Looks into ingest's store now. */
  poll(): Promise<void>;
  /** Calls back after alerts came or were decided. */
  subscribe(listener: () => void): () => void;
  /** Tells open pages to count again, and hands over what waits in the outbox. */
  changed(): void;
  start(): void;
  stop(): Promise<void>;
}

export function buildBackground(deps: ConsoleDeps, onError: (error: unknown) => void): Background {
  const relay = buildRelay(deps);
  const listeners = new Set<() => void>();
  let timer: NodeJS.Timeout | undefined;
  let unsubscribe: (() => void) | undefined;
  let polling: Promise<void> | undefined;
  let again = false;

  function notify(): void {
    for (const listener of listeners) listener();
  }

  async function run(): Promise<void> {
    do {
      again = false;
      if ((await project(deps)) > 0) notify();
      await relay.drain();
    } while (again);
  }

  function poll(): Promise<void> {
    if (polling === undefined) {
      polling = run().finally(() => {
        polling = undefined;
      });
    } else again = true;
    return polling;
  }

  const pollAndReport = () => void poll().catch(onError);

  return {
    relay,
    poll,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    changed() {
      notify();
      void relay.drain().catch(onError);
    },
    start() {
      unsubscribe = deps.onIngest?.(pollAndReport);
      if (deps.pollSeconds > 0) timer = setInterval(pollAndReport, deps.pollSeconds * 1_000);
      pollAndReport();
    },
    async stop() {
      clearInterval(timer);
      unsubscribe?.();
      // What was committed is handed over at the next start if this fails.
      await polling?.catch(onError);
      await relay.drain().catch(onError);
    },
  };
}
