import type { DeviceKeys } from "./device-keys.ts";
import type { Journal } from "./journal.ts";
import type { Session } from "./session.ts";
import type { Sync } from "./sync.ts";

/** A device at work. */
export interface Work {
  readonly session: Session;
  readonly sync: Sync;
  readonly journal: Journal;
  readonly keys: DeviceKeys;
}
