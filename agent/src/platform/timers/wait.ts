import { setTimeout as sleep } from "node:timers/promises";
import type { Wait } from "../../core/loop.ts";

/** Waits by a timer; an abort ends it early and is no error. */
export const wait: Wait = async (seconds, signal) => {
  try {
    await sleep(seconds * 1_000, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
};
