import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { verifyCheckpoint } from "@overt/shared/log/checkpoint.ts";
import type { NoteVerifier } from "@overt/shared/log/note.ts";

/**
 * The newest published checkpoint in a file of its own: a database that comes back from a backup is held against it.
 * Best kept on another disk than the database.
 */
export interface CheckpointCopy {
  /** Undefined before the first one. Throws what `verifyCheckpoint` throws. */
  find(): { readonly size: number; readonly root: Uint8Array } | undefined;
  /** Durable when it returns. */
  save(note: Uint8Array): void;
}

/** `verifiers` are the log's keys, past ones included. */
export function openCheckpointCopy(path: string, verifiers: readonly NoteVerifier[]): CheckpointCopy {
  return {
    find() {
      const note = read(path);
      if (note === undefined) return undefined;
      const signer = verifiers.find((verifier) => isSignedBy(note, verifier)) ?? (verifiers[0] as NoteVerifier);
      const { size, root } = verifyCheckpoint(note, signer).checkpoint;
      return { size, root };
    },
    save(note) {
      const draft = `${path}.writing`;
      const file = openSync(draft, "w", 0o600);
      try {
        for (let at = 0; at < note.length; ) at += writeSync(file, note, at);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(draft, path);
      const folder = openSync(dirname(path), "r");
      try {
        fsyncSync(folder);
      } finally {
        closeSync(folder);
      }
    },
  };
}

function isSignedBy(note: Uint8Array, verifier: NoteVerifier): boolean {
  try {
    return verifyCheckpoint(note, verifier).signedBy.length > 0;
  } catch {
    // Another of the log's keys may have signed; the caller verifies once more and reports.
    return false;
  }
}

function read(path: string): Uint8Array | undefined {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
