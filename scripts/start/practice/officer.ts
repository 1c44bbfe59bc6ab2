import { parseHex, toHex } from "@overt/shared/bytes.ts";
import type { SigningKey } from "@overt/shared/crypto/ed25519.ts";
import {
  addSignature,
  type Envelope,
  envelopeHash,
  readUnverified,
  signEnvelope,
  verifyEnvelope,
} from "@overt/shared/crypto/envelope.ts";
import { VerificationError } from "@overt/shared/errors.ts";
import { limits } from "@overt/shared/limits.ts";
import { commitToKey, comparisonCode } from "@overt/shared/protocol/comparison.ts";
import {
  Acknowledgement,
  Commitment,
  type EnrolmentPack,
  EnrolmentToken,
  Reveal,
} from "@overt/shared/protocol/enrolment.ts";
import { payloadTypes } from "@overt/shared/protocol/payload-types.ts";

/** Plays the officer of a visit: challenge, comparison, countersignature, through the relay of ingest. */
export interface PracticeOfficer {
  /** Resolves when the enrolment is countersigned, with the digits that the officer saw. Throws where they could not be the device's. */
  attend(): Promise<{ readonly code: string; readonly outcome: "acknowledged" | "declined" }>;
}

export function buildPracticeOfficer(options: {
  readonly serverUrl: string;
  readonly pack: EnrolmentPack;
  readonly key: SigningKey;
  readonly now: () => number;
  readonly random: (n: number) => Uint8Array;
  readonly wait: (ms: number) => Promise<void>;
}): PracticeOfficer {
  const { pack, key, now } = options;
  const token = readUnverified(pack.token, EnrolmentToken, limits.payload.enrolmentToken);
  const tokenHash = envelopeHash(pack.token);
  const address = (step: string) => `${options.serverUrl}/v1/enrolments/exchange/${token.tokenId}/${step}`;

  async function read(step: string): Promise<unknown> {
    for (;;) {
      const answer = await fetch(address(step)).catch(() => undefined);
      if (answer?.ok) return answer.json();
      await options.wait(400);
    }
  }
  async function write(step: string, message: unknown): Promise<void> {
    const answer = await fetch(address(step), {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(message),
    });
    if (!answer.ok) throw new VerificationError("FORK", "The relay did not take the officer's message.");
  }

  return {
    async attend() {
      const { commitment } = Commitment.parse(await read("commitment"));
      const nonce = toHex(options.random(16));
      const challenge = { v: 1, tokenHash, commitment, nonce, at: now() };
      await write("challenge", signEnvelope(payloadTypes.challenge, challenge, [key]));
      const { acknowledgement, n } = Reveal.parse(await read("reveal"));
      const value = verifyAnswer(acknowledgement);
      const { deviceKey, orderHash } = value;
      if (commitToKey(deviceKey, n) !== commitment || value.tokenHash !== tokenHash) {
        throw new VerificationError("HASH_MISMATCH", "The device revealed another key than it had committed to.");
      }
      const code = comparisonCode({ tokenHash, orderHash, deviceKey, n, nonce });
      if (code !== value.code) throw new VerificationError("CODES_DIFFER", "The digits differ: stop the enrolment.");
      await write("countersigned", { v: 1, acknowledgement: addSignature(acknowledgement, key), at: now() });
      return { code, outcome: value.outcome };
    },
  };
}

function verifyAnswer(envelope: Envelope): Acknowledgement {
  const maxBytes = limits.payload.acknowledgement;
  const { deviceKey } = readUnverified(envelope, Acknowledgement, maxBytes);
  const spec = { payloadType: payloadTypes.acknowledgement, schema: Acknowledgement, maxBytes };
  return verifyEnvelope(envelope, { ...spec, keys: [parseHex(deviceKey)] }).value;
}
