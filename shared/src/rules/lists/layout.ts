import { equalBytes, utf8 } from "../../bytes.ts";
import { VerificationError } from "../../errors.ts";
import { ruleLimits } from "../limits.ts";
import { type FilterShape, tableBytes } from "./fuse-filter.ts";

/** SHA-256; the platform's own is some thirty times faster than the portable one. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

/** SPEC.md, 10, Host lists. Sizes in bytes. */
export const headBytes = 128;
export const blockBytes = 4096;
export const hashBytes = 32;
/** An entry is three little-endian words; what is left of a block is zero. */
export const entryWords = 3;
export const entriesPerBlock = 341;
export const maxLabels = 127;
const magic = utf8("OVERTHL1");
const keyedFlag = 1;

/** What a list says of itself in its first 128 bytes. */
export type ListHead = {
  /** The digests were made with a key, which travels in the order. */
  readonly keyed: boolean;
  readonly entries: number;
  /** Labels of the listed host names with the fewest and the most of them; addresses do not count. */
  readonly leastLabels: number;
  readonly mostLabels: number;
  readonly filter: FilterShape;
  /** Of a keyed list, what its key gives for the check word; else zero. 16 bytes. */
  readonly keyCheck: Uint8Array;
  /** SHA-256 of all that lies between head and blocks. */
  readonly frontHash: Uint8Array;
};

/** Where everything lies; all of it follows from the head. */
export type ListPlan = {
  readonly blocks: number;
  /** The blocks' hashes begin at `headBytes`; behind them the first word of each block, the filter, zeros up to a block's end. */
  readonly firsts: number;
  readonly filter: number;
  readonly filterBytes: number;
  readonly body: number;
  readonly size: number;
};

export function planList({ entries, filter }: Pick<ListHead, "entries" | "filter">): ListPlan {
  const blocks = Math.ceil(entries / entriesPerBlock);
  const firsts = headBytes + blocks * hashBytes;
  const filterAt = firsts + blocks * 4;
  const filterBytes = tableBytes(filter);
  const body = Math.ceil((filterAt + filterBytes) / blockBytes) * blockBytes;
  return { blocks, firsts, filter: filterAt, filterBytes, body, size: body + blocks * blockBytes };
}

export function writeHead(head: ListHead, sha256: Sha256): Uint8Array {
  const bytes = new Uint8Array(headBytes);
  const view = new DataView(bytes.buffer);
  bytes.set(magic);
  [
    head.keyed ? keyedFlag : 0,
    head.entries,
    head.leastLabels,
    head.mostLabels,
    head.filter.seed,
    head.filter.segmentBits,
    head.filter.segments,
  ].forEach((word, i) => {
    view.setUint32(8 + 4 * i, word, true);
  });
  bytes.set(head.keyCheck, 48);
  bytes.set(head.frontHash, 64);
  bytes.set(sha256(bytes.subarray(0, 96)), 96);
  return bytes;
}

/** Throws BAD_SCHEMA for what is no list of this version or contradicts itself, HASH_MISMATCH for a damaged head. */
export function parseHead(bytes: Uint8Array, sha256: Sha256): ListHead {
  if (bytes.length !== headBytes || !equalBytes(bytes.subarray(0, 8), magic)) {
    throw new VerificationError("BAD_SCHEMA", "This is not a host list that this program can read.");
  }
  if (!equalBytes(bytes.subarray(96), sha256(bytes.subarray(0, 96)))) {
    throw new VerificationError("HASH_MISMATCH", "The head of a host list is damaged.");
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (i: number) => view.getUint32(8 + 4 * i, true);
  const keyCheck = bytes.slice(48, 64);
  const head: ListHead = {
    keyed: word(0) === keyedFlag,
    entries: word(1),
    leastLabels: word(2),
    mostLabels: word(3),
    filter: { seed: word(4), segmentBits: word(5), segments: word(6) },
    keyCheck,
    frontHash: bytes.slice(64, 96),
  };
  if (word(0) > keyedFlag || word(7) !== 0 || word(8) !== 0 || word(9) !== 0 || !isSound(head)) {
    throw new VerificationError("BAD_SCHEMA", "The head of a host list contradicts itself.");
  }
  return head;
}

function isSound({ keyed, entries, leastLabels, mostLabels, filter, keyCheck }: ListHead): boolean {
  const { segmentBits, segments } = filter;
  return (
    entries <= ruleLimits.listEntries &&
    mostLabels <= maxLabels &&
    leastLabels >= 1 &&
    segmentBits <= 16 &&
    segments <= 4096 &&
    (entries === 0) === (segments === 0) &&
    (keyed || keyCheck.every((byte) => byte === 0))
  );
}
