import type { Verified } from "@overt/shared/brand.ts";
import { parseHex } from "@overt/shared/bytes.ts";
import { isStrictPublicKey, type RawVerifyAsync } from "@overt/shared/crypto/ed25519.ts";
import {
  type Envelope,
  readUnverified,
  type VerifiedDocument,
  verifyEnvelopeAsync,
} from "@overt/shared/crypto/envelope.ts";
import { requireBoxKey } from "@overt/shared/crypto/x25519.ts";
import { PolicyError, VerificationError } from "@overt/shared/errors.ts";
import { limits } from "@overt/shared/limits.ts";
import { LeafType } from "@overt/shared/log/leaf.ts";
import {
  Acknowledgement,
  type EnrolmentPack,
  type EnrolmentRequest,
  EnrolmentToken,
} from "@overt/shared/protocol/enrolment.ts";
import { Order, OrderStatus } from "@overt/shared/protocol/order.ts";
import { payloadTypes } from "@overt/shared/protocol/payload-types.ts";
import type { IngestUnit, VerifiedOrder, VerifiedStatus } from "./ingest-store.ts";
import { keysAt, type Trust } from "./trust.ts";

export interface Verifier {
  readonly trust: Trust;
  readonly verify: RawVerifyAsync;
}

export interface VerifiedPack {
  readonly token: VerifiedDocument<EnrolmentToken>;
  readonly order: VerifiedOrder;
  readonly orderStatus: VerifiedStatus;
}

export interface VerifiedEnrolment extends VerifiedPack {
  readonly acknowledgement: VerifiedDocument<Acknowledgement>;
  readonly deviceId: string;
}

/** SPEC.md 6.3 for what an officer carries. Every envelope may come from anybody. */
export async function verifyPack(pack: EnrolmentPack, by: Verifier): Promise<VerifiedPack> {
  const token = await verifyToken(pack.token, by);
  const { order, orderStatus } = await verifyOrderPair(pack, by);
  if (token.value.orderHash !== order.hash) throw wrongOrder();
  if (token.value.caseRef !== order.value.caseRef) throw wrongCase();
  return { token, order, orderStatus };
}

/**
 * SPEC.md 6.3 to 6.6 for a finished enrolment. An enrolment without a network arrives late, so token and order are
 * judged at the acknowledgement's own time, to which the officer put a name.
 */
export async function verifyEnrolment(request: EnrolmentRequest, by: Verifier): Promise<VerifiedEnrolment> {
  const pack = await verifyPack(request, by);
  const { token, order, orderStatus } = pack;
  const acknowledgement = await verifyAcknowledgement(request.acknowledgement, token.value, by);
  const { tokenHash, orderHash, caseRef, at } = acknowledgement.value;
  if (tokenHash !== token.hash) throw new VerificationError("HASH_MISMATCH", "The answer belongs to another token.");
  if (orderHash !== order.hash) throw wrongOrder();
  if (caseRef !== order.value.caseRef) throw wrongCase();
  if (at < token.value.notBefore) throw new PolicyError("TOKEN_NOT_STARTED", "The token was not valid yet.");
  if (at >= token.value.notAfter) throw new PolicyError("TOKEN_EXPIRED", "The token was no longer valid.");
  if (at < order.value.notBefore) throw new PolicyError("ORDER_NOT_STARTED", "The order had not started.");
  if (at >= order.value.notAfter) throw new PolicyError("ORDER_ENDED", "The order had ended.");
  if (orderStatus.value.state === "revoked") throw new PolicyError("ORDER_REVOKED", "The order has been revoked.");
  return { ...pack, acknowledgement, deviceId: acknowledgement.hash.slice(0, 32) };
}

/** Order and status under the roster's threshold, and of each other. */
export async function verifyOrderPair(
  pair: { readonly order: Envelope; readonly orderStatus: Envelope },
  { trust, verify }: Verifier,
): Promise<{ order: VerifiedOrder; orderStatus: VerifiedStatus }> {
  const { threshold, signers } = trust.orderSigners;
  const issuedAt = readUnverified(pair.order, Order, limits.payload.order).issuedAt;
  const order = await verifyEnvelopeAsync(pair.order, {
    payloadType: payloadTypes.order,
    schema: Order,
    keys: keysAt(signers, issuedAt),
    threshold,
    maxBytes: limits.payload.order,
    verify,
  });
  const confirmedAt = readUnverified(pair.orderStatus, OrderStatus, limits.payload.orderStatus).issuedAt;
  const orderStatus = await verifyEnvelopeAsync(pair.orderStatus, {
    payloadType: payloadTypes.orderStatus,
    schema: OrderStatus,
    keys: keysAt(
      signers.filter((signer) => signer.mayConfirmStatus),
      confirmedAt,
    ),
    maxBytes: limits.payload.orderStatus,
    verify,
  });
  if (orderStatus.value.orderId !== order.value.orderId || orderStatus.value.version !== order.value.version) {
    throw wrongOrder();
  }
  return { order, orderStatus };
}

/** Writes a verified enrolment once. The same acknowledgement again changes nothing; another one for the token: TOKEN_USED. */
export async function recordEnrolment(enrolment: VerifiedEnrolment, unit: IngestUnit): Promise<{ deviceId: string }> {
  const { token, acknowledgement, order, orderStatus, deviceId } = enrolment;
  const usedFor = await unit.findTokenUse(token.hash);
  if (usedFor !== undefined && usedFor !== acknowledgement.hash) {
    throw new PolicyError("TOKEN_USED", "This token has enrolled a device already.");
  }
  const { prevAck, deviceKey } = acknowledgement.value;
  const continues = prevAck === undefined ? undefined : await unit.findDeviceByAcknowledgement(prevAck);
  if (prevAck !== undefined && (continues === undefined || !isSameKey(continues.publicKey, deviceKey))) {
    throw new VerificationError("UNKNOWN_DEVICE", "The acknowledgement continues a device that is not enrolled here.");
  }
  const answer = { deviceId: continues?.deviceId ?? deviceId };
  if (usedFor !== undefined) return answer;
  await saveOrderPair(order, orderStatus, unit);
  await unit.saveEnrolment({ token, acknowledgement, deviceId, continues });
  unit.appendLeaf(LeafType.acknowledgement, acknowledgement.hash);
  return answer;
}

/** Keeps a new version of an order and a new status; both are leaves. Throws ROLLBACK below the highest version. */
export async function saveOrderPair(order: VerifiedOrder, status: VerifiedStatus, unit: IngestUnit): Promise<void> {
  const highest = await unit.findOrderVersion(order.value.orderId);
  if (highest !== undefined && order.value.version < highest.version) {
    throw new VerificationError("ROLLBACK", "A later version of this order is in force.");
  }
  if (highest !== undefined && order.value.version === highest.version && highest.orderHash !== order.hash) {
    throw new VerificationError("FORK", "There are two different orders of this version.");
  }
  await unit.saveOrder(order);
  const current = await unit.findCurrentStatus(order.value.orderId);
  if (current === undefined || supersedes(status.value, current)) await unit.saveOrderStatus(status);
}

/** An old status again would bring a revoked order back; of two of one second the revocation counts. */
function supersedes(next: StatusPlace, current: StatusPlace): boolean {
  if (next.version !== current.version) return next.version > current.version;
  if (next.issuedAt !== current.issuedAt) return next.issuedAt > current.issuedAt;
  return current.state !== "revoked";
}

type StatusPlace = Pick<OrderStatus, "version" | "state" | "issuedAt">;

async function verifyToken(envelope: Envelope, { trust, verify }: Verifier): Promise<VerifiedDocument<EnrolmentToken>> {
  const { officerId, notBefore } = readUnverified(envelope, EnrolmentToken, limits.payload.enrolmentToken);
  return verifyEnvelopeAsync(envelope, {
    payloadType: payloadTypes.enrolmentToken,
    schema: EnrolmentToken,
    keys: officerKeys(trust, officerId, notBefore),
    maxBytes: limits.payload.enrolmentToken,
    verify,
  });
}

async function verifyAcknowledgement(
  envelope: Envelope,
  token: Verified<EnrolmentToken>,
  { trust, verify }: Verifier,
): Promise<VerifiedDocument<Acknowledgement>> {
  const claimed = readUnverified(envelope, Acknowledgement, limits.payload.acknowledgement);
  const deviceKey = parseHex(claimed.deviceKey);
  // A weak key could prove nothing later: its owner could deny every event.
  if (!isStrictPublicKey(deviceKey)) throw new VerificationError("BAD_KEY", "The device's key is not usable.");
  requireBoxKey(parseHex(claimed.deviceBoxKey));
  return verifyEnvelopeAsync(envelope, {
    payloadType: payloadTypes.acknowledgement,
    schema: Acknowledgement,
    // Each side must have signed: one officer key stands for the officer, so two signatures are one of each.
    keys: [deviceKey, ...officerKeys(trust, token.officerId, claimed.at)],
    threshold: 2,
    maxBytes: limits.payload.acknowledgement,
    verify,
  });
}

/** The officer's key in force; an officer has one at a time, so the newest of them counts. */
function officerKeys(trust: Trust, officerId: string, at: number): readonly Uint8Array[] {
  const keys = keysAt(
    trust.officers.officers.filter((officer) => officer.officerId === officerId),
    at,
  );
  if (keys.length === 0) throw new VerificationError("UNKNOWN_SIGNER", "No officer of this name may sign.");
  return keys.slice(-1);
}

function isSameKey(key: Uint8Array, hex: string): boolean {
  return Buffer.from(key).toString("hex") === hex;
}

function wrongOrder(): VerificationError {
  return new VerificationError("WRONG_ORDER", "The documents speak of different orders.");
}

function wrongCase(): VerificationError {
  return new VerificationError("WRONG_CASE", "The documents speak of different cases.");
}
