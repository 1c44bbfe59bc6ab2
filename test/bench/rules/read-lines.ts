import { closeSync, openSync, readSync } from "node:fs";

/** The lines of a text file as they come; the whole is never split at once. */
export function* readLines(path: string): Generator<string> {
  const file = openSync(path, "r");
  try {
    // A part at a time: a file of this size would be more memory than all that is made of it.
    const part = Buffer.alloc(1 << 20);
    let held = 0;
    for (;;) {
      const read = readSync(file, part, held, part.length - held, null);
      if (read === 0) break;
      const end = held + read;
      let from = 0;
      for (let to = part.indexOf(10); to >= 0 && to < end; to = part.indexOf(10, from)) {
        yield part.toString("latin1", from, to);
        from = to + 1;
      }
      part.copy(part, 0, from, end);
      held = end - from;
    }
    if (held > 0) throw new Error(`${path} does not end with the end of a line`);
  } finally {
    closeSync(file);
  }
}
