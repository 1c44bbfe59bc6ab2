import { statSync } from "node:fs";
import { join } from "node:path";
import type { Trust, TrustSource } from "../../domain/trust.ts";
import { loadTrust } from "./load.ts";

export interface OpenTrust extends TrustSource {
  /** Reads a new publication, when there is one. What does not verify is thrown and changes nothing. */
  refresh(): Promise<void>;
}

/** The published folder as a source of keys. Throws when it does not verify. */
export async function openTrust(options: {
  readonly folder: string;
  readonly rootSha256: string | undefined;
}): Promise<OpenTrust> {
  let stamp = stampOf(options.folder);
  let trust: Trust = await loadTrust(options.folder, options.rootSha256);
  let running: Promise<void> | undefined;

  async function look(): Promise<void> {
    const seen = stampOf(options.folder);
    if (seen === stamp) return;
    // Taken before the load: a folder that does not verify is reported once, not every second.
    stamp = seen;
    trust = await loadTrust(options.folder, options.rootSha256);
  }

  return {
    current: () => trust,
    refresh() {
      running ??= look().finally(() => {
        running = undefined;
      });
      return running;
    },
  };
}

function stampOf(folder: string): number {
  return statSync(join(folder, "timestamp.json"), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
