import { closeSync, fstatSync, openSync, readSync, rmSync } from "node:fs";
import { StoreError } from "@overt/shared/errors.ts";
import type { ListFile } from "@overt/shared/rules/lists/list-file.ts";

/** Closes a list's file once no rule set that reads it is in use any more. */
const unused = new FinalizationRegistry<number>(closeSync);

/**
 * A host list on the disk, kept open: a later generation may drop its name while a rule set still reads it. Throws
 * STORE_FAILED where it cannot be opened.
 */
export function openListFile(path: string): ListFile {
  const opened = openForReading(path);
  const file: ListFile = {
    size: fstatSync(opened).size,
    read(at, into) {
      if (readAt(opened, at, into) !== into.length) {
        throw new StoreError("STORE_FAILED", "A host list is shorter than it was.");
      }
    },
    // Its generation counts as torn from now on, so the next refresh fetches the list again.
    discard: () => rmSync(path, { force: true }),
  };
  unused.register(file.read, opened);
  return file;
}

function openForReading(path: string): number {
  try {
    return openSync(path, "r");
  } catch (cause) {
    throw cannotBeRead(cause);
  }
}

// Asked on every look-up that a filter lets pass: a function made for each call would be garbage for each.
function readAt(opened: number, at: number, into: Uint8Array): number {
  try {
    return readSync(opened, into, 0, into.length, at);
  } catch (cause) {
    throw cannotBeRead(cause);
  }
}

function cannotBeRead(cause: unknown): StoreError {
  return new StoreError("STORE_FAILED", "A host list cannot be read.", { cause });
}
