import { parseBase64, toBase64 } from "../bytes.ts";
import { VerificationError } from "../errors.ts";
import { type NoteSigner, type NoteVerifier, openNote, signNote } from "./note.ts";

/** What a log says of itself: `origin` names it, `root` (32 bytes) covers its first `size` leaves. */
export type Checkpoint = {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
  readonly extensions: readonly string[];
};

/** C2SP tlog-checkpoint body: origin, size, base64 root, extension lines. Throws BAD_NOTE where it could not be read back. */
export function formatCheckpoint(checkpoint: Checkpoint): string {
  const { origin, size, root, extensions } = checkpoint;
  // A line break in a field would still read back, with another meaning.
  requireForm([origin, ...extensions].every((line) => !line.includes("\n")));
  const text = `${[origin, String(size), toBase64(root), ...extensions].join("\n")}\n`;
  parseCheckpoint(text);
  return text;
}

/** Reads a body that was verified before; throws BAD_NOTE for a leading zero, an empty line or a root that is not 32 bytes. */
export function parseCheckpoint(text: string): Checkpoint {
  requireForm(text.endsWith("\n"));
  const [origin = "", size = "", root = "", ...extensions] = text.slice(0, -1).split("\n");
  requireForm(origin !== "" && extensions.every((line) => line !== ""));
  requireForm(/^(?:0|[1-9][0-9]*)$/.test(size) && Number.isSafeInteger(Number(size)));
  return { origin, size: Number(size), root: decodeRoot(root), extensions };
}

/** A signed note of the checkpoint. The log's own key signs under the origin as its name. */
export function signCheckpoint(checkpoint: Checkpoint, signers: readonly NoteSigner[]): Uint8Array {
  return signNote(formatCheckpoint(checkpoint), signers);
}

/**
 * Opens a checkpoint that the log's own key signed, whose name must be the origin. `others` are further keys whose
 * signatures are wanted (`signedBy` tells which held). Codes as `openNote`.
 */
export function verifyCheckpoint(
  bytes: Uint8Array,
  log: NoteVerifier,
  others: readonly NoteVerifier[] = [],
): { readonly checkpoint: Checkpoint; readonly signedBy: readonly NoteVerifier[] } {
  const { text, signedBy } = openNote(bytes, [log, ...others]);
  if (!signedBy.includes(log)) {
    throw new VerificationError("BAD_SIGNATURE", "The log itself did not sign its checkpoint.");
  }
  const checkpoint = parseCheckpoint(text);
  requireForm(checkpoint.origin === log.name);
  return { checkpoint, signedBy };
}

function decodeRoot(root: string): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = parseBase64(root);
  } catch (cause) {
    throw new VerificationError("BAD_NOTE", "The checkpoint is malformed.", { cause });
  }
  requireForm(bytes.length === 32);
  return bytes;
}

function requireForm(holds: boolean): void {
  if (!holds) throw new VerificationError("BAD_NOTE", "The checkpoint is malformed.");
}
