import nacl from "tweetnacl";
import { concatBytes, equalBytes, utf8 } from "../bytes.ts";
import { VerificationError } from "../errors.ts";
import { sha256 } from "./hash.ts";
import { type BoxKey, isBoxKey, requireBoxKey } from "./x25519.ts";

/**
 * The content key wrapped for one recipient, 88 bytes:
 *
 *     hint (8)  first bytes of SHA-256("overt-seal-hint-v1\0" ‖ recipient): lets a reader find its slot, proves nothing
 *     sender (32)  X25519 key made for this slot and forgotten
 *     box (48)  nacl.box of the content key; nonce = first 24 bytes of SHA-256("overt-seal-nonce-v1\0" ‖ sender ‖ recipient)
 */
export type Slot = Uint8Array;

export const slotBytes = 88;

/** Throws BAD_KEY for a recipient to whom a box would open for anybody. */
export function makeSlot(key: Uint8Array, recipient: Uint8Array, random: (n: number) => Uint8Array): Slot {
  requireBoxKey(recipient);
  const seed = random(32);
  const sender = nacl.box.keyPair.fromSecretKey(seed);
  const shared = nacl.box.before(recipient, sender.secretKey);
  const box = nacl.box.after(key, slotNonce(sender.publicKey, recipient), shared);
  for (const secret of [seed, sender.secretKey, shared]) secret.fill(0);
  return concatBytes(slotHint(recipient), sender.publicKey, box);
}

/** The content key; throws NOT_RECIPIENT where no slot is the reader's, BAD_SEAL where one is and does not open. */
export function openSlot(slots: readonly Slot[], reader: BoxKey): Uint8Array {
  const hint = slotHint(reader.publicKey);
  const mine = slots.filter((slot) => slot.length === slotBytes && equalBytes(slot.subarray(0, 8), hint));
  if (mine.length === 0) throw new VerificationError("NOT_RECIPIENT", "This was not sealed to your key.");
  for (const slot of mine) {
    const sender = slot.subarray(8, 40);
    if (!isBoxKey(sender)) continue;
    const nonce = slotNonce(sender, reader.publicKey);
    const key = nacl.box.open(slot.subarray(40), nonce, sender, reader.secretKey);
    if (key !== null) return key;
  }
  throw new VerificationError("BAD_SEAL", "The sealed text has been changed.");
}

function slotHint(recipient: Uint8Array): Uint8Array {
  return sha256(concatBytes(utf8("overt-seal-hint-v1\0"), recipient)).subarray(0, 8);
}

function slotNonce(sender: Uint8Array, recipient: Uint8Array): Uint8Array {
  return sha256(concatBytes(utf8("overt-seal-nonce-v1\0"), sender, recipient)).subarray(0, 24);
}
