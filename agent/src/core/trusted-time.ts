import { Id, Seconds } from "@overt/shared/protocol/fields.ts";
import { z } from "zod";

/** What the machine says of time. The person owns its clock; nobody sets its uptime back. */
export interface Clock {
  /** System clock, Unix seconds. */
  wall(): number;
  /** Seconds since the machine started, suspend included. */
  uptime(): number;
  /** Differs after each start of the machine; empty where the system does not say. */
  readonly bootMarker: string;
}

/** As it is kept between starts of the agent. */
export const TimeState = z.strictObject({
  v: z.literal(1),
  bootId: Id,
  bootMarker: z.string().max(100),
  /** The last time somebody else vouched for: officer's signature or receipt. */
  attestedAt: Seconds,
  /** Trusted time `at` was at this uptime of the boot; attested when a vouched time lies behind it. */
  base: z.strictObject({ at: Seconds, uptime: z.number().min(0), attested: z.boolean() }),
  lastAt: Seconds,
  /** System clock less uptime when this was kept. */
  offset: z.number(),
});
export type TimeState = z.infer<typeof TimeState>;

export interface TrustedTime {
  /** Trusted time, Unix seconds. */
  now(): number;
  stamp(): { readonly at: number; readonly elapsedSeconds: number; readonly bootId: string };
  /** False after a restart of the machine until somebody vouches for the time again. */
  attested(): boolean;
  /** A receipt's time. Never below a time vouched for before, nor below what has passed since. */
  attest(at: number): void;
  /** A time an officer signed: the only one that may set a bad floor back. */
  reset(at: number): void;
  /** Seconds the system clock jumped by since the last call, where it is more than five minutes. */
  takeStep(): number | undefined;
  state(): TimeState;
}

const largestDrift = 300;

/**
 * Trusted time of design section 6: the last vouched time plus uptime. After a restart of the machine the system clock counts,
 * not below the last trusted time. `state` undefined: the first start, `firstAttestedAt` is the officer's time.
 */
export function openTrustedTime(input: {
  readonly clock: Clock;
  readonly state: TimeState | undefined;
  readonly firstAttestedAt: number;
  readonly bootId: () => string;
}): TrustedTime {
  const { clock } = input;
  let state = input.state === undefined ? firstState(input) : resume(input.state, clock, input.bootId);
  let knownOffset = input.state === undefined ? clock.wall() - clock.uptime() : state.offset;

  const now = () => Math.max(state.base.at, Math.floor(state.base.at + clock.uptime() - state.base.uptime));
  const anchor = (at: number) => {
    state = { ...state, attestedAt: at, base: { at, uptime: clock.uptime(), attested: true } };
  };
  return {
    now,
    stamp: () => ({ at: now(), elapsedSeconds: Math.max(0, now() - state.attestedAt), bootId: state.bootId }),
    attested: () => state.base.attested,
    attest: (at) => anchor(Math.max(at, state.base.attested ? now() : state.attestedAt)),
    reset: anchor,
    takeStep() {
      const offset = clock.wall() - clock.uptime();
      const step = Math.round(offset - knownOffset);
      knownOffset = offset;
      return Math.abs(step) > largestDrift ? step : undefined;
    },
    state: () => ({ ...state, lastAt: now(), offset: knownOffset }),
  };
}

function firstState(input: { clock: Clock; firstAttestedAt: number; bootId: () => string }): TimeState {
  const { clock, firstAttestedAt } = input;
  return {
    v: 1,
    bootId: input.bootId(),
    bootMarker: clock.bootMarker,
    attestedAt: firstAttestedAt,
    base: { at: firstAttestedAt, uptime: clock.uptime(), attested: true },
    lastAt: firstAttestedAt,
    offset: clock.wall() - clock.uptime(),
  };
}

function resume(kept: TimeState, clock: Clock, bootId: () => string): TimeState {
  const uptime = clock.uptime();
  const sameBoot = kept.bootMarker !== "" && kept.bootMarker === clock.bootMarker && uptime >= kept.base.uptime;
  if (sameBoot) return kept;
  const at = Math.max(Math.floor(clock.wall()), kept.lastAt);
  return {
    ...kept,
    bootId: bootId(),
    bootMarker: clock.bootMarker,
    base: { at, uptime, attested: false },
    lastAt: at,
    // The clock should be at or past the last trusted time: a clock behind it shows as a step.
    offset: at - uptime,
  };
}
