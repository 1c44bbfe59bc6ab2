import { parseHex, toHex } from "@overt/shared/bytes.ts";
import { isStrictPublicKey, type SigningKey } from "@overt/shared/crypto/ed25519.ts";
import {
  addSignature,
  type Envelope,
  readUnverified,
  signEnvelope,
  verifyEnvelope,
} from "@overt/shared/crypto/envelope.ts";
import { requireBoxKey } from "@overt/shared/crypto/x25519.ts";
import { PolicyError, VerificationError } from "@overt/shared/errors.ts";
import { limits } from "@overt/shared/limits.ts";
import { commitToKey, comparisonCode } from "@overt/shared/protocol/comparison.ts";
import { Acknowledgement, Commitment, type Countersigned, Reveal } from "@overt/shared/protocol/enrolment.ts";
import { Hash, Id, Seconds } from "@overt/shared/protocol/fields.ts";
import { payloadTypes } from "@overt/shared/protocol/payload-types.ts";
import { z } from "zod";
import type { OpenedPack } from "./pack.ts";

/** What the officer has drawn for one device; a second drawing for it would let somebody choose. */
export const Drawn = z.strictObject({ commitment: Hash, nonce: Id, at: Seconds });
export type Drawn = z.infer<typeof Drawn>;

/** The number that the officer draws, once the device has committed itself (SPEC.md 6.5). */
export function draw(message: unknown, pack: OpenedPack, now: number, random: (n: number) => Uint8Array): Drawn {
  return { commitment: requireCommitment(message, pack), nonce: toHex(random(16)), at: now };
}

/** Throws FORK where the device's commitment is no longer the one that was answered. */
export function requireSameCommitment(message: unknown, pack: OpenedPack, drawn: Drawn): void {
  if (requireCommitment(message, pack) === drawn.commitment) return;
  throw new VerificationError(
    "FORK",
    "Another device, or the same one anew, has come in. Stop here and make a new token.",
  );
}

function requireCommitment(message: unknown, { tokenHash }: OpenedPack): string {
  const read = Commitment.safeParse(message);
  if (!read.success) throw new VerificationError("BAD_SCHEMA", "What came in is no commitment of a device.");
  if (read.data.tokenHash !== tokenHash) {
    throw new VerificationError(
      "HASH_MISMATCH",
      "The device speaks of another token. Check that it was given this one.",
    );
  }
  return read.data.commitment;
}

/** The officer's signed number; the same bytes each time. */
export function signChallenge({ commitment, nonce, at }: Drawn, { tokenHash }: OpenedPack, key: SigningKey): Envelope {
  return signEnvelope(payloadTypes.challenge, { v: 1, tokenHash, commitment, nonce, at }, [key]);
}

/** The person's answer as the device revealed it, and the digits that the device must be showing. */
export interface Revealed {
  readonly envelope: Envelope;
  readonly answer: Acknowledgement;
  readonly code: string;
}

/**
 * Checks what the device revealed against what it had committed to, and against token and order. Throws BAD_SCHEMA, BAD_KEY,
 * BAD_SIGNATURE, HASH_MISMATCH, WRONG_ORDER, WRONG_CASE, WRONG_NOTICE, CODES_DIFFER; the enrolment is over then.
 */
export function judgeReveal(message: unknown, drawn: Drawn, { token, tokenHash, order }: OpenedPack): Revealed {
  const read = Reveal.safeParse(message);
  if (!read.success) throw new VerificationError("BAD_SCHEMA", "What came in is no answer of a device.");
  const { acknowledgement: envelope, n } = read.data;
  const answer = verifyByDevice(envelope);
  const { deviceKey, orderHash } = answer;
  if (commitToKey(deviceKey, n) !== drawn.commitment || answer.tokenHash !== tokenHash || answer.at !== drawn.at) {
    throw new VerificationError(
      "HASH_MISMATCH",
      "The device revealed something else than it had committed to. Stop the enrolment.",
    );
  }
  if (orderHash !== token.orderHash)
    throw new VerificationError("WRONG_ORDER", "The person answered another order. Stop the enrolment.");
  if (answer.caseRef !== token.caseRef)
    throw new VerificationError("WRONG_CASE", "The answer is of another case. Stop the enrolment.");
  const shown = order.notices.some(
    ({ language, sha256 }) => language === answer.language && sha256 === answer.noticeSha256,
  );
  if (!shown) {
    throw new PolicyError(
      "WRONG_NOTICE",
      "The person was shown another notice than the order names. Bring the agent up to date and begin again.",
    );
  }
  const code = comparisonCode({ tokenHash, orderHash, deviceKey, n, nonce: drawn.nonce });
  if (code !== answer.code) throw codesDiffer();
  return { envelope, answer, code };
}

/** The officer's signature beside the device's. `digits` are those that the officer read on the device. Throws CODES_DIFFER. */
export function countersign({ envelope, code }: Revealed, digits: string, key: SigningKey, at: number): Countersigned {
  if (digits.replace(/[\s-]/g, "") !== code) throw codesDiffer();
  return { v: 1, acknowledgement: addSignature(envelope, key), at };
}

function codesDiffer(): VerificationError {
  return new VerificationError(
    "CODES_DIFFER",
    "The digits differ. Read them again; if they still differ, somebody may stand between you and the device: stop, and make a new token.",
  );
}

function verifyByDevice(envelope: Envelope): Acknowledgement {
  const maxBytes = limits.payload.acknowledgement;
  const { deviceKey, deviceBoxKey } = readUnverified(envelope, Acknowledgement, maxBytes);
  const publicKey = parseHex(deviceKey);
  if (!isStrictPublicKey(publicKey))
    throw new VerificationError("BAD_KEY", "The device's key is not usable. Stop the enrolment.");
  requireBoxKey(parseHex(deviceBoxKey));
  return verifyEnvelope(envelope, {
    payloadType: payloadTypes.acknowledgement,
    schema: Acknowledgement,
    keys: [publicKey],
    maxBytes,
  }).value;
}
