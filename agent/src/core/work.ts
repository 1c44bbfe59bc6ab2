import type { Random } from "@overt/shared/crypto/seal.ts";
import type { PermitSource } from "../notice/ports.ts";
import type { Authority } from "./authority.ts";
import { buildDeviceApi } from "./device-api.ts";
import { type DeviceKeys, findDeviceKeys, type KeyStore } from "./device-keys.ts";
import type { DocumentStore } from "./document-store.ts";
import { readToken } from "./enrolment-pack.ts";
import type { DoneState } from "./enrolment-state.ts";
import type { FormStore } from "./form-store.ts";
import type { Journal } from "./journal.ts";
import type { OpenLists } from "./rule-books.ts";
import { openSession, type Session } from "./session.ts";
import { buildSync, type Rhythm, type Sync } from "./sync.ts";
import type { Transport } from "./transport.ts";
import type { Clock } from "./trusted-time.ts";
import type { PublishedFiles, TargetsKeeper, VerifiedTargets } from "./verified-targets.ts";

/** A device at work. */
export interface Work {
  readonly session: Session;
  readonly sync: Sync;
  readonly journal: Journal;
  readonly keys: DeviceKeys;
  /** The agency's files as they lie on the device. */
  readonly publishedFiles: () => PublishedFiles | undefined;
}

/** The ports that a device at work needs. */
export interface WorkDeps {
  readonly documents: DocumentStore;
  readonly keyStore: KeyStore;
  readonly authority: Authority;
  readonly transportFor: (serverUrl: string) => Transport;
  readonly openJournal: (done: DoneState, keys: DeviceKeys) => Journal;
  readonly openLists: OpenLists;
  readonly openForms: (keys: DeviceKeys) => FormStore;
  readonly clock: Clock;
  readonly permits: PermitSource;
  readonly accountHash: (salt: Uint8Array) => string;
  readonly rhythmFor: (practice: boolean) => Rhythm;
  readonly random: Random;
}

/**
 * Puts the device of a countersigned acknowledgement to work; undefined where its keys are gone, or the agency's files
 * were never fetched and cannot be now.
 */
export async function findWork(
  deps: WorkDeps,
  done: DoneState,
  seams: {
    /** Trusted time once the session runs. */
    readonly now: () => number;
    /** False where the agent was stopped meanwhile. */
    readonly isWanted: () => boolean;
    readonly browserConnected: () => boolean;
    readonly onUrgent: () => void;
    readonly deliverEnrolment: () => Promise<boolean>;
    readonly onChange: () => void;
  },
): Promise<Work | undefined> {
  const { authority, random, clock } = deps;
  const keys = findDeviceKeys(deps.keyStore);
  if (keys === undefined) return undefined;
  const token = readToken(done.pack);
  const transport = deps.transportFor(token.serverUrl);
  const { deviceId } = done;
  const api = buildDeviceApi({ transport, deviceId, signingKey: keys.signing, random, now: seams.now });
  const keeper = authority.open(token, api.signRequest);
  const targets = await findTargets(keeper, clock.wall());
  if (targets === undefined || !seams.isWanted()) return undefined;
  const journal = deps.openJournal(done, keys);
  try {
    const session = openSession({
      ...deps,
      done,
      keys,
      journal,
      targets,
      forms: deps.openForms(keys),
      lastRefresh: () => keeper.findLastRefresh(),
      account: deps.accountHash(keys.accountSalt),
      browserConnected: seams.browserConnected,
      onUrgent: seams.onUrgent,
    });
    const { deliverEnrolment, onChange } = seams;
    const rhythm = deps.rhythmFor(done.issuer.practice);
    const sync = buildSync({ session, journal, api, keeper, rhythm, random, deliverEnrolment, onChange });
    return { session, sync, journal, keys, publishedFiles: keeper.readFiles };
  } catch (error) {
    journal.close();
    throw error;
  }
}

async function findTargets(keeper: TargetsKeeper, now: number): Promise<VerifiedTargets | undefined> {
  const held = await keeper.findCurrent();
  if (held !== undefined) return held;
  const outcome = await keeper.refresh(now);
  return "targets" in outcome ? outcome.targets : undefined;
}
