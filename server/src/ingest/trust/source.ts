import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sha256Hex } from "@overt/shared/crypto/hash.ts";
import type { Trust, TrustSource } from "../../domain/trust.ts";
import { loadTrust } from "./load.ts";

export interface OpenTrust extends TrustSource {
  /**
   * Reads a new publication, when there is one. What does not verify changes nothing; it is thrown once and tried again
   * at each call, because a publication that is still being copied may be whole a moment later.
   */
  refresh(): Promise<void>;
}

/** The published folder as a source of keys. Throws when it does not verify. */
export async function openTrust(options: {
  readonly folder: string;
  readonly rootSha256: string | undefined;
}): Promise<OpenTrust> {
  let taken = stampOf(options.folder);
  let reported: string | undefined;
  let trust: Trust = await loadTrust(options.folder, options.rootSha256);
  let running: Promise<void> | undefined;

  async function look(): Promise<void> {
    // Taken before the load: what is published meanwhile is found the next time.
    const seen = stampOf(options.folder);
    if (seen === taken) return;
    try {
      trust = await loadTrust(options.folder, options.rootSha256);
      taken = seen;
    } catch (error) {
      if (reported === seen) return;
      reported = seen;
      throw error;
    }
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

/** Every publication has a timestamp of its own; its date on disk may be that of the one before. */
function stampOf(folder: string): string | undefined {
  try {
    return sha256Hex(new Uint8Array(readFileSync(join(folder, "timestamp.json"))));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
