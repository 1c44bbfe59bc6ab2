import { keyId } from "@overt/shared/crypto/ed25519.ts";
import {
  type Envelope,
  type EnvelopeSpec,
  readUnverified,
  type VerifiedDocument,
  verifyEnvelopeAsync,
} from "@overt/shared/crypto/envelope.ts";
import { limits } from "@overt/shared/limits.ts";
import { DeviceStatus } from "@overt/shared/protocol/device.ts";
import { Acknowledgement, Challenge } from "@overt/shared/protocol/enrolment.ts";
import { payloadTypes } from "@overt/shared/protocol/payload-types.ts";
import type { Verifier } from "./enrol.ts";
import { keysAt } from "./trust.ts";

type DocumentKind<T> = Pick<EnvelopeSpec<T>, "payloadType" | "schema" | "maxBytes">;

/** Documents that any officer on the roster may sign. */
export const officerDocuments = {
  challenge: { payloadType: payloadTypes.challenge, schema: Challenge, maxBytes: limits.payload.exchange },
  acknowledgement: {
    payloadType: payloadTypes.acknowledgement,
    schema: Acknowledgement,
    maxBytes: limits.payload.acknowledgement,
  },
  deviceStatus: {
    payloadType: payloadTypes.deviceStatus,
    schema: DeviceStatus,
    maxBytes: limits.payload.deviceStatus,
  },
} as const;

/**
 * A document that some officer in office at `at` signed. Only officers whom a signature's hint names are tried: a roster
 * of thousands would otherwise cost an anonymous sender's every message thousands of verifications.
 */
export function verifyByOfficer<T>(
  envelope: Envelope,
  kind: DocumentKind<T>,
  at: number,
  { trust, verify }: Verifier,
): Promise<VerifiedDocument<T>> {
  const hints = new Set(envelope.signatures.map((signature) => signature.keyid));
  const keys = keysAt(trust.officers.officers, at).filter((key) => hints.has(keyId(key)));
  return verifyEnvelopeAsync(envelope, { ...kind, keys, verify });
}

/** What an officer says became of a device, judged at its own time. */
export function verifyDeviceStatus(envelope: Envelope, by: Verifier): Promise<VerifiedDocument<DeviceStatus>> {
  const kind = officerDocuments.deviceStatus;
  const { at } = readUnverified(envelope, kind.schema, kind.maxBytes);
  return verifyByOfficer(envelope, kind, at, by);
}
