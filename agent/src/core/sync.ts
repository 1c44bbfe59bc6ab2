import type { Random } from "@overt/shared/crypto/seal.ts";
import { OvertError, TransportError } from "@overt/shared/errors.ts";
import { nextWait, retryAfterOf } from "./backoff.ts";
import type { DeviceApi } from "./device-api.ts";
import { takeFeed } from "./feed.ts";
import type { Journal } from "./journal.ts";
import type { Pause } from "./loop.ts";
import type { Session } from "./session.ts";
import { buildUplink, type Uplink } from "./uplink.ts";
import type { TargetsKeeper } from "./verified-targets.ts";

/** Seconds between two looks at the server. An alert never waits for these: it is sent as soon as it is written. */
export interface Rhythm {
  /** Reports about the agent wait this long for company. */
  readonly coalesce: number;
  /** The feed while a decision on something sent is awaited, and otherwise. */
  readonly feedAwaiting: number;
  readonly feed: number;
  /** Order, published files and the log's checkpoint. */
  readonly refresh: number;
}
export const ordinaryRhythm: Rhythm = { coalesce: 60, feedAwaiting: 15, feed: 300, refresh: 3_600 };
/** Practice is watched by somebody who is trying it out. */
export const practiceRhythm: Rhythm = { coalesce: 5, feedAwaiting: 2, feed: 5, refresh: 60 };

/** Each step answers how long to wait until its next turn. */
export interface Sync {
  deliver(): Promise<Pause>;
  feed(): Promise<Pause>;
  refresh(): Promise<Pause>;
  readonly uplink: Uplink;
  /** True while the last contact with the server failed. */
  serverAway(): boolean;
  /** The server does not take the chain as it is. */
  stuck(): boolean;
}

export interface SyncDeps {
  readonly session: Session;
  readonly journal: Journal;
  readonly api: DeviceApi;
  readonly keeper: TargetsKeeper;
  readonly rhythm: Rhythm;
  readonly random: Random;
  /** POST /v1/enrolments until the server has taken it; nothing else is taken before. */
  readonly deliverEnrolment: () => Promise<boolean>;
  readonly onChange: () => void;
}

const stuckWait = 300;
const recordsLookedAt = 50;

export function buildSync(deps: SyncDeps): Sync {
  const { session, journal, api, rhythm } = deps;
  const servers = () => session.agencyKeys().servers;
  const uplink = buildUplink({ journal, api, time: session.time, deviceId: session.deviceId, servers });
  let away = false;
  /** Steps whose last contact failed: one that works says nothing for another that does not. */
  const failing = new Set<() => Promise<number>>();
  let stuck = false;

  /** Wraps one step: contact that fails is waited out with growing, jittered pauses. */
  const retrying = (step: () => Promise<number>): (() => Promise<Pause>) => {
    let failures = 0;
    return async () => {
      try {
        const wait = await step();
        failures = 0;
        failing.delete(step);
        setAway(failing.size > 0);
        return wait;
      } catch (error) {
        if (!(error instanceof OvertError)) throw error;
        if (error instanceof TransportError) setAway(failing.add(step).size > 0);
        const asked = retryAfterOf(error);
        const pause = nextWait(failures++, deps.random, asked);
        return asked === undefined ? pause : { firm: pause };
      }
    };
  };
  const setAway = (next: boolean) => {
    if (away === next) return;
    away = next;
    deps.onChange();
  };

  return {
    uplink,
    serverAway: () => away,
    stuck: () => stuck,
    deliver: retrying(async () => {
      await deps.deliverEnrolment();
      const round = await uplink.deliver();
      stuck = round === "stuck" || round === "forked";
      if (round !== "idle") deps.onChange();
      if (round === "more") return 0;
      return stuck ? stuckWait : rhythm.coalesce;
    }),
    feed: retrying(async () => {
      if (!(await deps.deliverEnrolment())) return rhythm.feed;
      const { taken } = await takeFeed({ journal, api, servers });
      if (taken > 0) deps.onChange();
      return awaitsDecision(journal) ? rhythm.feedAwaiting : rhythm.feed;
    }),
    refresh: retrying(async () => {
      const outcome = await deps.keeper.refresh(session.time.now());
      if (outcome.kind === "updated") session.take(outcome.targets);
      await deps.deliverEnrolment();
      session.orders.take(await api.fetchOrder(), session.agencyKeys().orderSigners);
      session.life.judge();
      await uplink.cover();
      deps.onChange();
      return rhythm.refresh;
    }),
  };
}

function awaitsDecision(journal: Journal): boolean {
  return journal
    .list(undefined, recordsLookedAt)
    .some(({ kind, hash }) => kind === "match" && !journal.listFeed(hash).some((item) => item.kind === "decision"));
}
