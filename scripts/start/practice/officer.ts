import type { SigningKey } from "@overt/shared/crypto/ed25519.ts";
import type { EnrolmentPack } from "@overt/shared/protocol/enrolment.ts";
import { countersignDevice } from "../../officer/attend.ts";
import { openHttpRelay } from "../../officer/http-relay.ts";
import { openOwnPack } from "../../officer/pack.ts";

/** Plays the officer of a visit: challenge, comparison, countersignature, through the relay of ingest. */
export interface PracticeOfficer {
  /** Resolves when the enrolment is countersigned, with the digits that the officer saw. Throws where they could not be the device's. */
  attend(): Promise<{ readonly code: string; readonly outcome: "acknowledged" | "declined" }>;
}

/** The officer's own tool without the officer: nobody compares the digits, because both screens are on this machine. */
export function buildPracticeOfficer(options: {
  readonly serverUrl: string;
  readonly pack: EnrolmentPack;
  readonly key: SigningKey;
  /** Where the tool remembers what it drew, so that a second start goes on. */
  readonly state: string;
  readonly now: () => number;
  readonly random: (n: number) => Uint8Array;
  readonly wait: (ms: number) => Promise<void>;
}): PracticeOfficer {
  const { key, state, now, random, wait } = options;
  return {
    async attend() {
      const pack = openOwnPack(options.pack, key, now());
      const relay = openHttpRelay(options.serverUrl, pack.token.tokenId);
      const patience = { clock: () => performance.now(), wait, seconds: Number.POSITIVE_INFINITY };
      const visit = { pack, key, relay, state, now, random, patience, say: () => undefined };
      const done = await countersignDevice(visit, async ({ code }) => code);
      if ("awaits" in done) throw new RangeError("An officer of endless patience gave up.");
      return { code: done.code, outcome: done.answer.outcome };
    },
  };
}
