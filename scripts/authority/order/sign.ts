import { toHex } from "@overt/shared/bytes.ts";
import type { SigningKey } from "@overt/shared/crypto/ed25519.ts";
import { keyId } from "@overt/shared/crypto/ed25519.ts";
import { addSignature, type Envelope, signEnvelope } from "@overt/shared/crypto/envelope.ts";
import { PolicyError, VerificationError } from "@overt/shared/errors.ts";
import { limits } from "@overt/shared/limits.ts";
import { type Order, OrderStatus } from "@overt/shared/protocol/order.ts";
import { payloadTypes } from "@overt/shared/protocol/payload-types.ts";
import type { OrderSigners } from "@overt/shared/protocol/roster.ts";
import { sayTime } from "../../cli/time.ts";
import type { OrderFile } from "./file.ts";
import { findSigner, judgeSignatures } from "./signers.ts";

export interface SigningDesk {
  readonly now: number;
  /** The case on the paper in the signer's hand, where the signer gave it. */
  readonly caseRef?: string;
  /** The agency's order signers, where the signer has them at hand. */
  readonly roster?: OrderSigners;
}

/**
 * The order with one more signature. Throws ORDER_ENDED, WRONG_CASE, REPLAYED where this key has signed, UNKNOWN_SIGNER where
 * it is no order signer, BAD_SIGNATURE where the file holds a signature that is not good.
 */
export function signOrder({ order, envelope }: OrderFile, key: SigningKey, desk: SigningDesk): Envelope {
  if (order.notAfter <= desk.now) {
    throw new PolicyError(
      "ORDER_ENDED",
      `The order ended on ${sayTime(order.notAfter)}. Nobody signs an order that has ended: draw up a new one.`,
    );
  }
  if (desk.caseRef !== undefined && desk.caseRef !== order.caseRef) {
    throw new VerificationError(
      "WRONG_CASE",
      `The order is of the case ${order.caseRef}, not ${desk.caseRef}. Nothing was signed.`,
    );
  }
  if (desk.roster) requireSigner(desk.roster, key, order.issuedAt);
  if (envelope === undefined) return signEnvelope(payloadTypes.order, order, [key]);
  requireNotSigned(envelope, key);
  if (desk.roster) requireGoodSignatures(envelope, order, desk.roster);
  return addSignature(envelope, key);
}

/** A signed confirmation of an order. Throws ORDER_ENDED, USAGE-like policy errors, UNKNOWN_SIGNER. */
export function signStatus(
  order: Order,
  key: SigningKey,
  desk: SigningDesk & {
    readonly state: OrderStatus["state"];
    readonly confirmedUntil: number;
    readonly random: (n: number) => Uint8Array;
  },
): Envelope {
  const { now, state, confirmedUntil } = desk;
  if (state === "in-force" && order.notAfter <= now) {
    throw new PolicyError("ORDER_ENDED", `The order ended on ${sayTime(order.notAfter)}: it cannot be said to stand.`);
  }
  if (confirmedUntil <= now || confirmedUntil - now > limits.statusConfirmedSeconds) {
    throw new PolicyError("BAD_FORM", "A confirmation holds from now, for 30 days at most: choose another --until.");
  }
  if (desk.caseRef !== undefined && desk.caseRef !== order.caseRef) {
    throw new VerificationError(
      "WRONG_CASE",
      `The order is of the case ${order.caseRef}, not ${desk.caseRef}. Nothing was signed.`,
    );
  }
  if (desk.roster && !requireSigner(desk.roster, key, now).mayConfirmStatus) {
    throw new VerificationError("UNKNOWN_SIGNER", "This order signer may not confirm alone that an order stands.");
  }
  const { orderId, version } = order;
  const salt = toHex(desk.random(16));
  const status = OrderStatus.parse({ v: 1, orderId, version, state, issuedAt: now, confirmedUntil, salt });
  return signEnvelope(payloadTypes.orderStatus, status, [key]);
}

function requireSigner(roster: OrderSigners, key: SigningKey, at: number): OrderSigners["signers"][number] {
  const signer = findSigner(roster, key.publicKey);
  if (signer === undefined) {
    throw new VerificationError("UNKNOWN_SIGNER", "This key is not an order signer of the agency. Nothing was signed.");
  }
  if (at < signer.from || at >= signer.until) {
    throw new VerificationError(
      "UNKNOWN_SIGNER",
      `This key signs from ${sayTime(signer.from)} until ${sayTime(signer.until)}, and the document is of ${sayTime(at)}. Nothing was signed.`,
    );
  }
  return signer;
}

function requireNotSigned(envelope: Envelope, key: SigningKey): void {
  if (envelope.signatures.some(({ keyid }) => keyid === keyId(key.publicKey))) {
    throw new VerificationError("REPLAYED", "This key has signed the order already: another signer must sign now.");
  }
}

/** A signature of nobody would make the file useless later, and somebody else's changed file looks just like that. */
function requireGoodSignatures(envelope: Envelope, order: Order, roster: OrderSigners): void {
  const bad = judgeSignatures(envelope, roster, order.issuedAt, "order").find(({ kind }) => kind !== "counts");
  if (bad === undefined) return;
  throw new VerificationError(
    "BAD_SIGNATURE",
    "A signature in the file is of no order signer in force, or the order was changed after it. “order verify” shows which; begin again from the draft.",
  );
}
