import { sha256 as portableSha256 } from "@noble/hashes/sha2.js";
import { equalBytes } from "../../bytes.ts";
import { PolicyError, VerificationError } from "../../errors.ts";
import { isAddress } from "../destination.ts";
import { readSuffixes } from "../host-suffixes.ts";
import type { HostCover } from "../hosts.ts";
import { type Blocks, FileBlocks, MemoryBlocks } from "./blocks.ts";
import { countBelow, guessPlace, isBelow } from "./count-below.ts";
import { FuseFilter } from "./fuse-filter.ts";
import { HostDigest } from "./host-digest.ts";
import { keyCheckOf } from "./key-check.ts";
import {
  blockBytes,
  entriesPerBlock,
  entryWords,
  hashBytes,
  headBytes,
  type ListHead,
  type ListPlan,
  type Sha256,
} from "./layout.ts";
import type { ListFile } from "./list-file.ts";
import { type ListFront, readFront } from "./read-front.ts";

export type OpenListOptions = {
  /** The list key, 32 bytes; a list without one does not read it. */
  readonly key?: Uint8Array | undefined;
  readonly sha256?: Sha256 | undefined;
  /** Takes the entries into memory as well: some thirty times faster on a hit, 12 bytes a host. */
  readonly inMemory?: boolean | undefined;
};

/**
 * Opens a compiled host list: head and filter are checked now, each block of entries when it is first needed. Throws
 * VerificationError where any of it is not as it was compiled, MISSING_LIST where the key is not there.
 */
export function openHostList(file: ListFile, options: OpenListOptions = {}): HostList {
  const sha256 = options.sha256 ?? portableSha256;
  const { head, plan, front } = readSound(file, sha256);
  const key = head.keyed ? requireKey(head, options.key) : undefined;
  const hashes = front.subarray(0, plan.blocks * hashBytes);
  return new HostList(head, plan, front, openBlocks(file, plan, hashes, sha256, options.inMemory === true), key);
}

function readSound(file: ListFile, sha256: Sha256): ListFront {
  try {
    return readFront(file, sha256);
  } catch (error) {
    if (error instanceof VerificationError && error.code === "HASH_MISMATCH") file.discard?.();
    throw error;
  }
}

function openBlocks(file: ListFile, plan: ListPlan, hashes: Uint8Array, sha256: Sha256, inMemory: boolean): Blocks {
  if (!inMemory) return new FileBlocks(file, plan.body, hashes, sha256);
  const body = new Uint8Array(plan.blocks * blockBytes);
  file.read(plan.body, body);
  return new MemoryBlocks(body, hashes, sha256);
}

function requireKey(head: ListHead, key: Uint8Array | undefined): Uint8Array {
  if (key === undefined) throw new PolicyError("MISSING_LIST", "The key of a sensitive list is not in the order.");
  if (!equalBytes(keyCheckOf(key), head.keyCheck)) {
    throw new VerificationError("BAD_KEY", "The key in the order is not the key of the list.");
  }
  return key;
}

/** Millions of hosts that cover their subdomains: a filter in memory, and behind it the exact answer. */
export class HostList implements HostCover {
  readonly entries: number;
  readonly keyed: boolean;
  readonly #leastLabels: number;
  readonly #mostLabels: number;
  readonly #filter: FuseFilter;
  readonly #firsts: Int32Array;
  readonly #blocks: Blocks;
  readonly #digest: HostDigest;

  constructor(head: ListHead, plan: ListPlan, front: Uint8Array, blocks: Blocks, key: Uint8Array | undefined) {
    this.entries = head.entries;
    this.#leastLabels = head.leastLabels;
    this.#mostLabels = head.mostLabels;
    this.keyed = head.keyed;
    const at = plan.filter - headBytes;
    this.#filter = new FuseFilter(head.filter, front.subarray(at, at + plan.filterBytes));
    this.#firsts = new Int32Array(front.buffer, plan.firsts - headBytes, plan.blocks);
    this.#blocks = blocks;
    this.#digest = new HostDigest(key);
  }

  findCovering(host: string): number {
    const length = host.length;
    if (this.entries === 0 || length === 0) return 0;
    const { count, start, hash } = readSuffixes(host);
    // An address is listed as a whole, and says nothing of how many labels the listed names have.
    if (count === 1 && isAddress(host)) return this.#holds(host, 0, hash[0] as number) ? length : 0;
    // The longest that is listed counts, so it is asked for first.
    for (let i = Math.min(count, this.#mostLabels) - 1; i >= this.#leastLabels - 1; i--) {
      const from = start[i] as number;
      if (this.#holds(host, from, hash[i] as number)) return length - from;
    }
    return 0;
  }

  #holds(host: string, from: number, hash: number): boolean {
    if (this.keyed) {
      // The filter of a keyed list is made of the keyed digest: of anything else outsiders could ask it.
      this.#digest.take(host, from);
      return this.#filter.mayHold(this.#digest.second) && this.#findEntry();
    }
    if (!this.#filter.mayHold(hash)) return false;
    this.#digest.take(host, from);
    return this.#findEntry();
  }

  #findEntry(): boolean {
    const { first, second, third } = this.#digest;
    const firsts = this.#firsts;
    // Blocks whose first word is smaller may hold the digest, and the one before the first that is not smaller.
    // Digests spread evenly over all words, so the first word says about where they stand.
    const low = countBelow(firsts, 0, 1, firsts.length, first, guessPlace(first, 0, 2 ** 32, firsts.length));
    for (let block = Math.max(0, low - 1); block < firsts.length; block++) {
      if (isBelow(first, firsts[block] as number)) return false;
      if (this.#findInBlock(block, first, second, third)) return true;
    }
    return false;
  }

  #findInBlock(block: number, first: number, second: number, third: number): boolean {
    const start = this.#blocks.load(block);
    const words = this.#blocks.words;
    const count = Math.min(entriesPerBlock, this.entries - block * entriesPerBlock);
    const from = (this.#firsts[block] as number) >>> 0;
    const to = block + 1 < this.#firsts.length ? (this.#firsts[block + 1] as number) >>> 0 : 2 ** 32;
    let low = countBelow(words, start, entryWords, count, first, guessPlace(first, from, to, count));
    for (let at = start + low * entryWords; low < count && words[at] === first; low++, at += entryWords) {
      if (words[at + 1] === second && words[at + 2] === third) return true;
    }
    return false;
  }
}
