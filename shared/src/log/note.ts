import { concatBytes, equalBytes, parseBase64, parseUtf8, toBase64, toHex, utf8 } from "../bytes.ts";
import { type SigningKey, signEd25519, verifyEd25519 } from "../crypto/ed25519.ts";
import { VerificationError } from "../errors.ts";
import { isNoteName, type NoteVerifier, noteKeyHash } from "./note-key.ts";

export { formatVerifierKey, type NoteVerifier, parseVerifierKey } from "./note-key.ts";

/** A key and the name under which it signs. */
export type NoteSigner = { readonly name: string; readonly key: SigningKey };

/** `text` ends in a newline; `signedBy` are those of the given verifiers whose signature held, without repeats. */
export type OpenedNote = { readonly text: string; readonly signedBy: readonly NoteVerifier[] };

const maxNoteBytes = 64 * 1024;
const maxSignatures = 16;

/** C2SP signed-note over Ed25519 (type 0x01). Throws BAD_NOTE for a text or name that a note cannot carry. */
export function signNote(text: string, signers: readonly NoteSigner[]): Uint8Array {
  requireText(text);
  requireNote(signers.length >= 1 && signers.length <= maxSignatures);
  const message = utf8(text);
  const lines = signers.map(({ name, key }) => {
    requireNote(isNoteName(name));
    const signature = signEd25519(message, key.secretKey);
    return `— ${name} ${toBase64(concatBytes(noteKeyHash({ name, publicKey: key.publicKey }), signature))}\n`;
  });
  return utf8(`${text}\n${lines.join("")}`);
}

/**
 * Opens a note that at least one of the verifiers signed. Signatures by unknown keys are passed over; a bad one by a
 * known key condemns the whole note. Codes: TOO_LARGE, BAD_ENCODING, BAD_NOTE, BAD_SIGNATURE.
 */
export function openNote(bytes: Uint8Array, verifiers: readonly NoteVerifier[]): OpenedNote {
  if (bytes.length > maxNoteBytes) throw new VerificationError("TOO_LARGE", "The note is larger than allowed.");
  const { text, lines } = splitNote(parseUtf8(bytes));
  const known = indexVerifiers(verifiers);
  const message = utf8(text);
  const signedBy = new Set<NoteVerifier>();
  for (const { name, hash, signature } of lines.map(parseSignatureLine)) {
    const verifier = known.get(keyName(name, hash));
    if (verifier === undefined) continue;
    if (!verifyEd25519(signature, message, verifier.publicKey)) {
      throw new VerificationError("BAD_SIGNATURE", "A known key's signature on the note does not hold.");
    }
    signedBy.add(verifier);
  }
  if (signedBy.size === 0) throw new VerificationError("BAD_SIGNATURE", "No known key signed the note.");
  return { text, signedBy: [...signedBy] };
}

function splitNote(note: string): { text: string; lines: readonly string[] } {
  requireText(note);
  // The last blank line: a text may hold blank lines of its own.
  const blank = note.lastIndexOf("\n\n");
  requireNote(blank >= 0);
  const lines = note.slice(blank + 2, -1).split("\n");
  requireNote(lines.length <= maxSignatures);
  return { text: note.slice(0, blank + 1), lines };
}

function parseSignatureLine(line: string) {
  const [, name = "", encoded = ""] = /^— ([^ ]+) ([^ ]+)$/.exec(line) ?? [];
  requireNote(isNoteName(name));
  const decoded = decode(encoded);
  requireNote(decoded.length > 4);
  return { name, hash: decoded.subarray(0, 4), signature: decoded.subarray(4) };
}

function decode(encoded: string): Uint8Array {
  try {
    return parseBase64(encoded);
  } catch (cause) {
    throw new VerificationError("BAD_NOTE", "The note is malformed.", { cause });
  }
}

function indexVerifiers(verifiers: readonly NoteVerifier[]): Map<string, NoteVerifier> {
  const known = new Map<string, NoteVerifier>();
  for (const verifier of verifiers) {
    const name = keyName(verifier.name, noteKeyHash(verifier));
    const other = known.get(name);
    // Two keys of one name and hash could each be told that the other signed.
    if (other !== undefined && !equalBytes(other.publicKey, verifier.publicKey)) {
      throw new VerificationError("BAD_KEY", "Two of the log's keys cannot be told apart.");
    }
    known.set(name, verifier);
  }
  return known;
}

function keyName(name: string, hash: Uint8Array): string {
  return `${name}+${toHex(hash)}`;
}

function requireText(text: string): void {
  requireNote(text.endsWith("\n") && text.isWellFormed() && !hasControlCharacter(text));
}

function hasControlCharacter(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 && code !== 0x0a) return true;
  }
  return false;
}

function requireNote(holds: boolean): void {
  if (!holds) throw new VerificationError("BAD_NOTE", "The note is malformed.");
}
