import { statSync } from "node:fs";
import { join } from "node:path";
import type { Trust, TrustSource } from "../../domain/trust.ts";
import { loadTrust } from "./load.ts";

export interface OpenTrust extends TrustSource {
  /** Looks for a new publication now; `true` when one was taken over. What does not verify changes nothing and is reported. */
  refresh(): Promise<boolean>;
  close(): void;
}

const lookEveryMs = 10_000;

/** The published folder as a source of keys, read again when its timestamp changes. Throws when it does not verify at start. */
export async function openTrust(options: {
  readonly folder: string;
  readonly rootSha256: string | undefined;
  readonly onError: (error: unknown) => void;
}): Promise<OpenTrust> {
  let stamp = stampOf(options.folder);
  let trust: Trust = await loadTrust(options.folder, options.rootSha256);
  const refresh = async (): Promise<boolean> => {
    const now = stampOf(options.folder);
    if (now === stamp) return false;
    const before = trust.targetsSha256;
    trust = await loadTrust(options.folder, options.rootSha256);
    stamp = now;
    return trust.targetsSha256 !== before;
  };
  const timer = setInterval(() => void refresh().catch(options.onError), lookEveryMs);
  timer.unref();
  return { current: () => trust, refresh, close: () => clearInterval(timer) };
}

function stampOf(folder: string): number {
  return statSync(join(folder, "timestamp.json"), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
