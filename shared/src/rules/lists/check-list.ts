import { VerificationError } from "../../errors.ts";
import { MemoryBlocks } from "./blocks.ts";
import { blockBytes, entriesPerBlock, entryWords, hashBytes, type ListHead, type Sha256 } from "./layout.ts";
import { listFileOf } from "./list-file.ts";
import { readFront } from "./read-front.ts";

/**
 * Everything about a list that can be checked without its hosts, for whoever signs or publishes it: hashes, lengths, the
 * order of the entries, the zeros. Throws VerificationError or STORE_CORRUPT.
 */
export function checkHostList(bytes: Uint8Array, sha256: Sha256): ListHead {
  const { head, plan, front } = readFront(listFileOf(bytes), sha256);
  const body = bytes.slice(plan.body);
  const blocks = new MemoryBlocks(body, front.subarray(0, plan.blocks * hashBytes), sha256);
  const firsts = new Int32Array(front.buffer, plan.blocks * hashBytes, plan.blocks);
  const words = blocks.words;
  const blockWords = blockBytes / 4;
  let before = -1;
  for (let block = 0; block < plan.blocks; block++) {
    const start = blocks.load(block);
    const end = start + Math.min(entriesPerBlock, head.entries - block * entriesPerBlock) * entryWords;
    if (firsts[block] !== words[start]) refuse();
    for (let at = start; at < end; at += entryWords) {
      if (before >= 0 && !isAscending(words, before, at)) refuse();
      before = at;
    }
    for (let at = end; at < start + blockWords; at++) if (words[at] !== 0) refuse();
  }
  return head;
}

function isAscending(words: Int32Array, before: number, at: number): boolean {
  for (let i = 0; i < entryWords; i++) {
    const a = (words[before + i] as number) >>> 0;
    const b = (words[at + i] as number) >>> 0;
    if (a !== b) return a < b;
  }
  return false;
}

function refuse(): never {
  throw new VerificationError("BAD_SCHEMA", "A host list is not as a compiler of lists makes it.");
}
