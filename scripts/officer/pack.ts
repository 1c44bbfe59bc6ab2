import { verifyPack } from "@overt/agent/core/enrolment-pack.ts";
import { requireSafeOrigin } from "@overt/agent/platform/transport/http.ts";
import { isLoopbackUrl } from "@overt/agent/platform/tuf/root-policy.ts";
import { parseHex, toBase32, toHex } from "@overt/shared/bytes.ts";
import type { SigningKey } from "@overt/shared/crypto/ed25519.ts";
import {
  type Envelope,
  envelopeHash,
  readUnverified,
  signEnvelope,
  verifyEnvelope,
} from "@overt/shared/crypto/envelope.ts";
import { ConfigError, PolicyError, VerificationError } from "@overt/shared/errors.ts";
import { limits } from "@overt/shared/limits.ts";
import { EnrolmentPack, EnrolmentToken } from "@overt/shared/protocol/enrolment.ts";
import { Order } from "@overt/shared/protocol/order.ts";
import { payloadTypes } from "@overt/shared/protocol/payload-types.ts";
import { Officers, OrderSigners, Reviewers, Servers, targetNames } from "@overt/shared/protocol/roster.ts";
import type { Published } from "../authority/published.ts";

/** An officer's clock and an agency's signers may differ by this much, in seconds. */
const clockSlack = 300;

export interface PackPlan {
  readonly key: SigningKey;
  readonly order: Envelope;
  readonly orderStatus: Envelope;
  readonly published: Published;
  readonly serverUrl: string;
  readonly hours: number;
  readonly now: number;
  readonly random: (n: number) => Uint8Array;
}

/**
 * A token, with the documents it points to, as the officer carries it to the device; checked as a device will check it.
 * Throws UNKNOWN_SIGNER where the key is no officer's, PRACTICE_NOT_LOOPBACK, BAD_CONFIG for an address, and what SPEC.md 6.3 lists.
 */
export function makePack({
  key,
  order,
  orderStatus,
  published,
  serverUrl,
  hours,
  now,
  random,
}: PackPlan): EnrolmentPack {
  const origin = requireSafeOrigin(serverUrl);
  if (published.practice && !isLoopbackUrl(origin)) {
    throw new PolicyError(
      "PRACTICE_NOT_LOOPBACK",
      "The agency is for practice: agents take it from a server on their own computer only, such as http://127.0.0.1:8801.",
    );
  }
  const officer = findOfficer(published, key, now);
  const token = EnrolmentToken.parse({
    v: 1,
    tokenId: toHex(random(16)),
    caseRef: readUnverified(order, Order, limits.payload.order).caseRef,
    orderHash: envelopeHash(order),
    serverUrl: origin,
    tufRootSha256: published.rootSha256,
    officerId: officer.officerId,
    notBefore: Math.max(now - clockSlack, officer.from),
    notAfter: now + hours * 3_600 - clockSlack,
  });
  const signed = signEnvelope(payloadTypes.enrolmentToken, token, [key]);
  const pack = EnrolmentPack.parse({ v: 1, token: signed, order, orderStatus });
  verifyPack(pack, agencyKeysOf(published), published.agency, now);
  return pack;
}

/** What a device believes after it has verified the published folder. */
function agencyKeysOf(published: Published) {
  return {
    orderSigners: published.readDocument(targetNames.orderSigners, OrderSigners),
    officers: published.readDocument(targetNames.officers, Officers),
    servers: published.readDocument(targetNames.servers, Servers),
    reviewers: published.readDocument(targetNames.reviewers, Reviewers),
  };
}

function findOfficer(published: Published, key: SigningKey, now: number): Officers["officers"][number] {
  const { officers } = published.readDocument(targetNames.officers, Officers);
  const own = officers.filter(({ publicKey }) => publicKey === toHex(key.publicKey));
  const inForce = own.find(({ from, until }) => from <= now && now < until);
  if (inForce) return inForce;
  throw new VerificationError(
    "UNKNOWN_SIGNER",
    own.length > 0
      ? "This key is no longer, or not yet, an officer's key of the agency. Ask for a new entry in the roster of officers."
      : "This key is not an officer's key of the agency. Is the published folder the newest? Otherwise ask its signers to add the key.",
  );
}

/** What the officer's tool needs of a pack in hand. */
export interface OpenedPack {
  readonly token: EnrolmentToken;
  readonly tokenHash: string;
  readonly order: Order;
}

/** A pack that this officer made. Throws UNKNOWN_SIGNER where another did, WRONG_ORDER, TOKEN_EXPIRED. */
export function openOwnPack(pack: EnrolmentPack, key: SigningKey, now: number): OpenedPack {
  const token = verifyOwnToken(pack.token, key);
  if (token.orderHash !== envelopeHash(pack.order)) {
    throw new VerificationError(
      "WRONG_ORDER",
      "The pack holds another order than its token names. Make a new one: officer token.",
    );
  }
  if (now >= token.notAfter) {
    throw new PolicyError("TOKEN_EXPIRED", "The token is no longer valid. Make a new one: officer token.");
  }
  return { token, tokenHash: envelopeHash(pack.token), order: readUnverified(pack.order, Order, limits.payload.order) };
}

function verifyOwnToken(envelope: Envelope, key: SigningKey): EnrolmentToken {
  try {
    return verifyEnvelope(envelope, {
      payloadType: payloadTypes.enrolmentToken,
      schema: EnrolmentToken,
      keys: [key.publicKey],
      maxBytes: limits.payload.enrolmentToken,
    }).value;
  } catch (cause) {
    if (!(cause instanceof VerificationError) || cause.code !== "BAD_SIGNATURE") throw cause;
    throw new VerificationError(
      "UNKNOWN_SIGNER",
      "This token was signed by another officer's key. The officer who made it goes on with it.",
      { cause },
    );
  }
}

/** What is typed instead of a file: the beginning of H(token) in base32 (SPEC.md 6.1), in groups for the eye. */
export function typedCode(pack: EnrolmentPack): string {
  const code = toBase32(parseHex(envelopeHash(pack.token))).slice(0, 26);
  return code.match(/.{1,5}/g)?.join("-") ?? code;
}

/** A pack from a file's JSON. Throws BAD_CONFIG. */
export function parsePackFile(json: unknown, path: string): EnrolmentPack {
  const read = EnrolmentPack.safeParse(json);
  if (read.success) return read.data;
  throw new ConfigError("BAD_CONFIG", `${path} is not an enrolment pack. “officer token” makes one.`);
}
