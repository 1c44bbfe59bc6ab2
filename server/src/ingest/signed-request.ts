import { parseBase64, parseUtf8 } from "@overt/shared/bytes.ts";
import { readUnverified, verifyEnvelopeAsync } from "@overt/shared/crypto/envelope.ts";
import { VerificationError } from "@overt/shared/errors.ts";
import { limits } from "@overt/shared/limits.ts";
import { payloadTypes } from "@overt/shared/protocol/payload-types.ts";
import { SignedRequest } from "@overt/shared/protocol/wire.ts";
import type { FastifyRequest } from "fastify";
import type { KnownDevice } from "../domain/ingest-store.ts";
import type { IngestDeps } from "./deps.ts";

const headerLimit = 4_096;
/** A read costs a device as much of its budget as so many records. */
const readCost = 4;

/** The device that signed this very request (SPEC.md section 9). Throws UNKNOWN_DEVICE, STALE_REQUEST, REPLAYED and what section 4 throws. */
export async function requireDevice(request: FastifyRequest, deps: IngestDeps): Promise<KnownDevice> {
  const envelope = readHeader(request);
  const claimed = readUnverified(envelope, SignedRequest, limits.payload.request);
  const device = await deps.store.findDevice(claimed.deviceId);
  if (device === undefined || device.state === "declined") throw unknownDevice();
  const { value } = await verifyEnvelopeAsync(envelope, {
    payloadType: payloadTypes.request,
    schema: SignedRequest,
    keys: [device.publicKey],
    maxBytes: limits.payload.request,
    verify: deps.verify,
  });
  if (value.method !== request.method || value.path !== request.url) {
    throw new VerificationError("BAD_SIGNATURE", "The signature was made for another request.");
  }
  const now = deps.now();
  if (Math.abs(now - value.at) > limits.requestSkewSeconds) {
    throw new VerificationError("STALE_REQUEST", "The request is too old, or the device's clock is off.");
  }
  const fresh = await deps.store.spendNonce(device, value.nonce, now, value.at + limits.requestSkewSeconds + 1);
  if (!fresh) throw new VerificationError("REPLAYED", "The request was used before.");
  deps.budget.spend(device.deviceKey, readCost);
  return device;
}

function readHeader(request: FastifyRequest): unknown {
  const header = request.headers["overt-request"];
  if (typeof header !== "string") throw unknownDevice();
  if (header.length > headerLimit)
    throw new VerificationError("TOO_LARGE", "The signed request is larger than allowed.");
  try {
    return JSON.parse(parseUtf8(parseBase64(header))) as unknown;
  } catch (cause) {
    throw new VerificationError("BAD_ENCODING", "The signed request is malformed.", { cause });
  }
}

function unknownDevice(): VerificationError {
  return new VerificationError("UNKNOWN_DEVICE", "Only an enrolled device may ask for this.");
}
