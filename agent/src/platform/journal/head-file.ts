import { join } from "node:path";
import { Hash } from "@overt/shared/protocol/fields.ts";
import { z } from "zod";
import { findFile, writeFileAtomic } from "../atomic-file.ts";

const reach = 64;
const AnySeq = z.number().int().min(-1).max(Number.MAX_SAFE_INTEGER);
const Head = z.strictObject({ v: z.literal(1), chain: Hash, reserved: AnySeq, delivered: AnySeq, deliveredHash: Hash });
export type Head = Omit<z.infer<typeof Head>, "v">;

/**
 * Beside the database stands how far its numbers may have gone and what was delivered, so that a chain whose database is
 * lost goes on with a signed gap instead of using a number twice. Numbers are reserved 64 ahead: one write for 64 records.
 */
export interface HeadFile {
  find(): Head | undefined;
  /** Returns once no crash can make the file say less than `seq`. */
  reserve(seq: number): void;
  noteDelivered(seq: number, hash: string): void;
  start(head: Head): void;
}

export function openHeadFile(folder: string): HeadFile {
  const path = join(folder, "chain-head.json");
  let head = read(path);
  const write = (next: Head) => {
    head = next;
    writeFileAtomic(path, `${JSON.stringify({ v: 1, ...next })}\n`);
  };
  return {
    find: () => head,
    reserve(seq) {
      if (head !== undefined && seq > head.reserved) write({ ...head, reserved: seq + reach - 1 });
    },
    noteDelivered(seq, hash) {
      if (head !== undefined && seq > head.delivered) write({ ...head, delivered: seq, deliveredHash: hash });
    },
    start: write,
  };
}

function read(path: string): Head | undefined {
  const text = findFile(path)?.toString("utf8");
  if (text === undefined) return undefined;
  try {
    const { v: _, ...head } = Head.parse(JSON.parse(text));
    return head;
  } catch {
    // A torn or foreign file says nothing: the database is asked instead.
    return undefined;
  }
}
