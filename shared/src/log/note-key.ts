import { concatBytes, equalBytes, parseBase64, parseHex, toBase64, toHex, utf8 } from "../bytes.ts";
import { isStrictPublicKey } from "../crypto/ed25519.ts";
import { sha256 } from "../crypto/hash.ts";
import { VerificationError } from "../errors.ts";

const ed25519Type = 0x01;

/** An Ed25519 key that may sign notes under a name. */
export type NoteVerifier = { readonly name: string; readonly publicKey: Uint8Array };

/** 4 bytes of SHA-256(name ‖ "\n" ‖ 0x01 ‖ key). Far too short to be more than a hint. */
export function noteKeyHash(verifier: NoteVerifier): Uint8Array {
  const data = concatBytes(utf8(`${verifier.name}\n`), Uint8Array.of(ed25519Type), verifier.publicKey);
  return sha256(data).subarray(0, 4);
}

/** C2SP signed-note verifier key: `name+hash+base64(0x01 ‖ key)`. Throws BAD_KEY. */
export function formatVerifierKey(verifier: NoteVerifier): string {
  requireNoteName(verifier.name);
  requireStrictKey(verifier.publicKey);
  const key = concatBytes(Uint8Array.of(ed25519Type), verifier.publicKey);
  return `${verifier.name}+${toHex(noteKeyHash(verifier))}+${toBase64(key)}`;
}

/** Reads a verifier key of type Ed25519; throws BAD_KEY for any other type, a wrong hash, a bad name or a key that is not strict. */
export function parseVerifierKey(text: string): NoteVerifier {
  // The key's base64 may hold a plus sign too: only the first two divide.
  const [, name = "", hash = "", key = ""] = /^([^+]*)\+([0-9a-f]{8})\+(.*)$/s.exec(text) ?? [];
  requireNoteName(name);
  const typed = decodeKey(key);
  const verifier = { name, publicKey: typed.subarray(1) };
  if (typed[0] !== ed25519Type || !equalBytes(noteKeyHash(verifier), parseHex(hash))) throw badKey();
  requireStrictKey(verifier.publicKey);
  return verifier;
}

/** A name that a signature line can carry: not empty, no plus sign, white space, control character or lone surrogate. */
export function isNoteName(name: string): boolean {
  return /^[^\s+\p{Cc}\p{Cs}]+$/u.test(name);
}

function requireNoteName(name: string): void {
  if (!isNoteName(name)) throw badKey();
}

function requireStrictKey(publicKey: Uint8Array): void {
  if (!isStrictPublicKey(publicKey)) throw badKey();
}

function decodeKey(key: string): Uint8Array {
  try {
    return parseBase64(key);
  } catch (cause) {
    throw new VerificationError("BAD_KEY", "The log's key is malformed.", { cause });
  }
}

function badKey(): VerificationError {
  return new VerificationError("BAD_KEY", "The log's key is malformed.");
}
