import { parseHex, toBase32, utf8 } from "@overt/shared/bytes.ts";
import { parseJson } from "@overt/shared/crypto/canonical.ts";
import { envelopeHash, readUnverified, type VerifiedDocument, verifyEnvelope } from "@overt/shared/crypto/envelope.ts";
import { ConfigError, PolicyError, VerificationError } from "@overt/shared/errors.ts";
import { limits } from "@overt/shared/limits.ts";
import { noticeText } from "@overt/shared/notice/text.ts";
import { EnrolmentPack, EnrolmentToken } from "@overt/shared/protocol/enrolment.ts";
import { payloadTypes } from "@overt/shared/protocol/payload-types.ts";
import { type AgencyKeys, findOfficerKeysAt } from "./agency-keys.ts";
import { type OrderPair, verifyOrderPair } from "./order-keeper.ts";

const packCharacters = 256 * 1024;
const codeCharacters = 26;

/** A pack from a file's text. Throws TOO_LARGE, BAD_JSON, BAD_SCHEMA. */
export function parsePack(text: string): EnrolmentPack {
  if (text.length > packCharacters) throw new VerificationError("TOO_LARGE", "The file is too large for an enrolment.");
  const read = EnrolmentPack.safeParse(parseJson(utf8(text)));
  if (!read.success) throw new VerificationError("BAD_SCHEMA", "The file is not an enrolment file.");
  return read.data;
}

/** What a person typed as the 26 characters: case, spaces and hyphens do not matter. Throws BAD_FORM. */
export function parseTypedCode(typed: string): string {
  const code = typed.toLowerCase().replace(/[\s-]/g, "");
  if (!/^[a-z2-7]{26}$/.test(code)) {
    throw new PolicyError("BAD_FORM", "The code has 26 letters and digits (a to z, 2 to 7). Check what you typed.");
  }
  return code;
}

/** The server that a person typed: a host with or without port or scheme; plain http is for this computer only. */
export function parseTypedHost(typed: string): string {
  const host = typed.trim().toLowerCase().replace(/\/+$/, "");
  if (/^https?:\/\//.test(host)) return host;
  if (!/^[a-z0-9.[\]:-]{1,253}$/.test(host)) {
    throw new ConfigError("BAD_CONFIG", "The server's name is not a name of a server. Check what you typed.");
  }
  const local = /^(localhost|127\.[0-9.]+|\[::1\])(:[0-9]+)?$/.test(host);
  return `${local ? "http" : "https"}://${host}`;
}

/** The typed code is the beginning of H(token) in base32: a server cannot hand out another token. Throws HASH_MISMATCH. */
export function requireCodeOf(pack: EnrolmentPack, code: string): void {
  if (toBase32(parseHex(envelopeHash(pack.token))).slice(0, codeCharacters) !== code) {
    throw new VerificationError("HASH_MISMATCH", "The server sent documents that do not belong to this code.");
  }
}

/** The token before anybody vouched for it: good only for finding out whose keys to ask for. */
export function readToken(pack: EnrolmentPack): EnrolmentToken {
  return readUnverified(pack.token, EnrolmentToken, limits.payload.enrolmentToken);
}

export interface VerifiedPack extends OrderPair {
  readonly token: VerifiedDocument<EnrolmentToken>;
}

/**
 * SPEC.md 6.3, under the keys of the agency that vouches for the root. Throws UNKNOWN_SIGNER, BAD_SIGNATURE, THRESHOLD,
 * TOKEN_NOT_STARTED, TOKEN_EXPIRED, WRONG_ORDER, WRONG_CASE, WRONG_AGENCY, ORDER_NOT_STARTED, ORDER_ENDED, ORDER_REVOKED,
 * WRONG_NOTICE.
 */
export function verifyPack(pack: EnrolmentPack, keys: AgencyKeys, agency: string, now: number): VerifiedPack {
  const verified = verifyDocuments(pack, keys, agency, now);
  const { notices } = verified.order.value;
  if (!notices.some(({ language, sha256 }) => noticeText(language).sha256 === sha256))
    throw new PolicyError("WRONG_NOTICE", "The order names another notice than this program shows.");
  return verified;
}

/** As `verifyPack`, but for the notice, which is a matter of the program that shows it. */
export function verifyDocuments(pack: EnrolmentPack, keys: AgencyKeys, agency: string, now: number): VerifiedPack {
  const token = verifyToken(pack, keys, now);
  const pair = verifyOrderPair(pack, keys.orderSigners);
  const { order, status } = pair;
  if (token.value.orderHash !== order.hash)
    throw new VerificationError("WRONG_ORDER", "The enrolment is for another order.");
  if (token.value.caseRef !== order.value.caseRef)
    throw new VerificationError("WRONG_CASE", "The order is of another case.");
  if (order.value.agency !== agency)
    throw new VerificationError("WRONG_AGENCY", "The order is of another agency than the token.");
  if (now < order.value.notBefore) throw new PolicyError("ORDER_NOT_STARTED", "The order is not in force yet.");
  if (now >= order.value.notAfter) throw new PolicyError("ORDER_ENDED", "The order has ended. Nothing is monitored.");
  if (status.value.state === "revoked")
    throw new PolicyError("ORDER_REVOKED", "The order was revoked. Nothing is monitored.");
  return { token, ...pair };
}

function verifyToken(pack: EnrolmentPack, keys: AgencyKeys, now: number): VerifiedDocument<EnrolmentToken> {
  const claimed = readToken(pack);
  const officerKeys = findOfficerKeysAt(keys.officers, claimed.officerId, claimed.notBefore);
  if (officerKeys.length === 0)
    throw new VerificationError("UNKNOWN_SIGNER", "The officer is not known to the authority.");
  const token = verifyEnvelope(pack.token, {
    payloadType: payloadTypes.enrolmentToken,
    schema: EnrolmentToken,
    keys: officerKeys,
    maxBytes: limits.payload.enrolmentToken,
  });
  if (now < token.value.notBefore) throw new PolicyError("TOKEN_NOT_STARTED", "The enrolment is not valid yet.");
  if (now >= token.value.notAfter) {
    throw new PolicyError("TOKEN_EXPIRED", "The enrolment is no longer valid. Ask your officer for a new one.");
  }
  return token;
}
