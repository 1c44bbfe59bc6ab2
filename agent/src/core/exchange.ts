import { toHex } from "@overt/shared/bytes.ts";
import { Envelope, envelopeHash, signEnvelope, verifyEnvelope } from "@overt/shared/crypto/envelope.ts";
import type { Random } from "@overt/shared/crypto/seal.ts";
import { VerificationError } from "@overt/shared/errors.ts";
import { limits } from "@overt/shared/limits.ts";
import { commitToKey, comparisonCode } from "@overt/shared/protocol/comparison.ts";
import { Acknowledgement, Challenge, Countersigned } from "@overt/shared/protocol/enrolment.ts";
import { payloadTypes } from "@overt/shared/protocol/payload-types.ts";
import type { EnrolmentApi } from "./device-api.ts";
import type { DeviceKeys } from "./device-keys.ts";
import type { Answer } from "./enrolment-state.ts";

/** What the device says of itself in an acknowledgement. */
export interface DeviceFacts {
  readonly account: string;
  readonly agentVersion: string;
  readonly buildSha256: string;
  readonly os: Acknowledgement["os"];
  readonly keyStorage: Acknowledgement["keyStorage"];
}

export interface ExchangeInput {
  readonly api: EnrolmentApi;
  readonly keys: DeviceKeys;
  readonly tokenId: string;
  readonly tokenHash: string;
  readonly orderHash: string;
  readonly caseRef: string;
  /** Keys of the officer whom the token names. */
  readonly officerKeys: readonly Uint8Array[];
  readonly n: string;
}

/** Puts the commitment and asks for the officer's challenge; undefined until it is there. Throws VerificationError. */
export async function awaitChallenge(input: ExchangeInput): Promise<Challenge | undefined> {
  const { api, tokenId, tokenHash } = input;
  const commitment = commitToKey(toHex(input.keys.signing.publicKey), input.n);
  await api.putExchange(tokenId, "commitment", { v: 1, tokenHash, commitment });
  const envelope = await api.findExchange(tokenId, "challenge", Envelope);
  if (envelope === undefined) return undefined;
  const { value } = verifyEnvelope(envelope, {
    payloadType: payloadTypes.challenge,
    schema: Challenge,
    keys: input.officerKeys,
    maxBytes: limits.payload.enrolmentToken,
  });
  if (value.tokenHash !== tokenHash || value.commitment !== commitment) {
    throw new VerificationError("HASH_MISMATCH", "The officer's answer belongs to another enrolment.");
  }
  return value;
}

/** The acknowledgement under the device's own key. Its time is the officer's: the device's clock is nobody's witness. */
export function signAcknowledgement(
  input: ExchangeInput,
  challenge: Challenge,
  answer: Answer,
  facts: DeviceFacts,
  random: Random,
): Envelope {
  const { tokenHash, orderHash, caseRef, keys, n } = input;
  const deviceKey = toHex(keys.signing.publicKey);
  const acknowledgement = Acknowledgement.parse({
    v: 1,
    tokenHash,
    caseRef,
    deviceKey,
    deviceBoxKey: toHex(keys.box.publicKey),
    orderHash,
    ...facts,
    ...answer,
    at: challenge.at,
    code: comparisonCode({ tokenHash, orderHash, deviceKey, n, nonce: challenge.nonce }),
    salt: toHex(random(16)),
  });
  return signEnvelope(payloadTypes.acknowledgement, acknowledgement, [keys.signing]);
}

/** Reveals and asks for the countersignature; undefined until it is there. Both must have signed the same bytes. */
export async function awaitCountersignature(input: ExchangeInput, own: Envelope): Promise<Envelope | undefined> {
  const { api, tokenId, n, keys } = input;
  await api.putExchange(tokenId, "reveal", { v: 1, acknowledgement: own, n });
  const message = await api.findExchange(tokenId, "countersigned", Countersigned);
  if (message === undefined) return undefined;
  return requireBothSignatures(message.acknowledgement, own, keys.signing.publicKey, input.officerKeys);
}

/** Throws HASH_MISMATCH where other bytes were signed, BAD_SIGNATURE or THRESHOLD where one of the two did not. */
export function requireBothSignatures(
  envelope: Envelope,
  own: Envelope,
  deviceKey: Uint8Array,
  officerKeys: readonly Uint8Array[],
): Envelope {
  if (envelopeHash(envelope) !== envelopeHash(own)) {
    throw new VerificationError("HASH_MISMATCH", "The officer signed something else than what you answered.");
  }
  const spec = {
    payloadType: payloadTypes.acknowledgement,
    schema: Acknowledgement,
    maxBytes: limits.payload.acknowledgement,
  };
  verifyEnvelope(envelope, { ...spec, keys: [deviceKey] });
  verifyEnvelope(envelope, { ...spec, keys: officerKeys });
  return envelope;
}

/** What was answered, from the device's own signed copy. */
export function readAcknowledgement(envelope: Envelope, deviceKey: Uint8Array): Acknowledgement {
  return verifyEnvelope(envelope, {
    payloadType: payloadTypes.acknowledgement,
    schema: Acknowledgement,
    keys: [deviceKey],
    maxBytes: limits.payload.acknowledgement,
  }).value;
}
