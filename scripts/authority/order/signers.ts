import { parseBase64, parseHex } from "@overt/shared/bytes.ts";
import { keyId, verifyEd25519 } from "@overt/shared/crypto/ed25519.ts";
import { type Envelope, pae } from "@overt/shared/crypto/envelope.ts";
import type { OrderSigners } from "@overt/shared/protocol/roster.ts";

export type SignatureVerdict =
  | { readonly kind: "counts"; readonly publicKey: string }
  | { readonly kind: "not-in-force"; readonly publicKey: string; readonly from: number; readonly until: number }
  | { readonly kind: "may-not"; readonly publicKey: string }
  | { readonly kind: "repeated"; readonly publicKey: string }
  | { readonly kind: "unknown"; readonly keyid: string };

/** Whose each signature is, and whether it counts at `at`; the roster's keys are tried, not the hints believed. */
export function judgeSignatures(
  envelope: Envelope,
  { signers }: OrderSigners,
  at: number,
  what: "order" | "status",
): readonly SignatureVerdict[] {
  const message = pae(envelope.payloadType, parseBase64(envelope.payload));
  const counted = new Set<string>();
  return envelope.signatures.map(({ keyid, sig }): SignatureVerdict => {
    const signature = parseBase64(sig);
    const signer = signers.find(
      ({ publicKey }) => signature.length === 64 && verifyEd25519(signature, message, parseHex(publicKey)),
    );
    if (signer === undefined) return { kind: "unknown", keyid };
    const { publicKey, from, until } = signer;
    if (counted.has(publicKey)) return { kind: "repeated", publicKey };
    counted.add(publicKey);
    if (at < from || at >= until) return { kind: "not-in-force", publicKey, from, until };
    return what === "status" && !signer.mayConfirmStatus
      ? { kind: "may-not", publicKey }
      : { kind: "counts", publicKey };
  });
}

/** The roster's entry of a key at a time. */
export function findSigner(roster: OrderSigners, publicKey: Uint8Array): OrderSigners["signers"][number] | undefined {
  return roster.signers.find((signer) => keyId(parseHex(signer.publicKey)) === keyId(publicKey));
}
