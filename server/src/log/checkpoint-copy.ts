import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { StoreError, VerificationError } from "@overt/shared/errors.ts";
import { verifyCheckpoint } from "@overt/shared/log/checkpoint.ts";
import type { NoteVerifier } from "@overt/shared/log/note.ts";

/** A size that was shown to the world, and its root. */
export type Published = { readonly size: number; readonly root: Uint8Array };

/**
 * The newest published checkpoint in a file of its own: a database that comes back from a backup is held against it.
 * Best kept on another disk than the database.
 */
export interface CheckpointCopy {
  readonly path: string;
  /** Undefined where there is no file. Throws LOG_DIVERGED where the file is torn or nobody of the log's keys signed it. */
  find(): Published | undefined;
  /** Durable when it returns. */
  save(note: Uint8Array): void;
}

/** `verifiers` are the log's keys, past ones included. */
export function openCheckpointCopy(path: string, verifiers: readonly NoteVerifier[]): CheckpointCopy {
  return {
    path,
    find() {
      const note = read(path);
      return note && readCheckpoint(note, verifiers, path);
    },
    save(note) {
      try {
        writeDurably(path, note);
      } catch (cause) {
        throw new StoreError("STORE_FAILED", `${path}, the copy of the log's checkpoint, cannot be written.`, {
          cause,
        });
      }
    },
  };
}

/** The checkpoint in a note that one of the keys signed. Throws LOG_DIVERGED, which names the file. */
export function readCheckpoint(note: Uint8Array, verifiers: readonly NoteVerifier[], path: string): Published {
  for (const verifier of verifiers) {
    try {
      const { size, root } = verifyCheckpoint(note, verifier).checkpoint;
      return { size, root };
    } catch (error) {
      // Another of the log's keys may have signed.
      if (!(error instanceof VerificationError)) throw error;
    }
  }
  throw new StoreError(
    "LOG_DIVERGED",
    `${path} is no checkpoint of this log: it is torn or another log's. Nothing is signed until it is put right: ${repair}.`,
  );
}

/**
 * What the log must be held against before it signs. A database that has signed checkpoints and finds no copy may have
 * been set back together with its folder. Throws LOG_DIVERGED, saying what to do.
 */
export function requirePublished(copy: CheckpointCopy, hasSigned: boolean): readonly Published[] {
  const published = copy.find();
  if (published !== undefined) return [published];
  if (!hasSigned) return [];
  throw new StoreError(
    "LOG_DIVERGED",
    `${copy.path}, the copy of the log's newest checkpoint, is missing. Nothing is signed until it is there: ${repair}.`,
  );
}

const repair =
  "put the file back from where it is kept, or take the newest checkpoint of anybody who reads the log (see docs/backup.md, “The copy is lost”)";

function writeDurably(path: string, note: Uint8Array): void {
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
}

function read(path: string): Uint8Array | undefined {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
