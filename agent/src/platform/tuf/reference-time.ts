import { StoreError } from "@overt/shared/errors.ts";
import type { Updater } from "tuf-js";

/**
 * Puts trusted time in the place of the system clock, which the person owns: set back it would keep old rules, set forward
 * expire good ones. tuf-js has no option for it, so its store is reached by name, and a version of tuf-js that
 * keeps its time elsewhere stops here instead of falling back on the system clock.
 */
export function setReferenceTime(updater: Updater, trustedTime: number): void {
  const store: unknown = Reflect.get(updater, "trustedSet");
  const held = typeof store === "object" && store !== null && Reflect.get(store, "referenceTime") instanceof Date;
  if (!held || !Reflect.set(store, "referenceTime", new Date(trustedTime * 1000))) {
    throw new StoreError("STORE_FAILED", "The update library does not take its time from trusted time.");
  }
}
