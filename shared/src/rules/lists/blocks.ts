import { StoreError } from "../../errors.ts";
import { blockBytes, hashBytes, type Sha256 } from "./layout.ts";
import type { ListFile } from "./list-file.ts";

/** The sorted entries, in blocks that are checked against their hash before anything in them is believed. */
export interface Blocks {
  /** A loaded block's words begin at what `load` gave. */
  readonly words: Int32Array;
  /** Throws STORE_CORRUPT where the block is not the one that was signed, STORE_FAILED where it cannot be read. */
  load(block: number): number;
}

/** Which blocks were found to be as they were signed; each is hashed once. */
class BlockCheck {
  readonly #hashes: Uint8Array;
  readonly #sha256: Sha256;
  readonly #checked: Uint8Array;

  constructor(hashes: Uint8Array, sha256: Sha256) {
    this.#hashes = hashes;
    this.#sha256 = sha256;
    this.#checked = new Uint8Array(Math.ceil(hashes.length / hashBytes / 8));
  }

  isChecked(block: number): boolean {
    return (((this.#checked[block >>> 3] as number) >>> (block & 7)) & 1) === 1;
  }

  check(block: number, bytes: Uint8Array): void {
    const found = this.#sha256(bytes);
    const from = block * hashBytes;
    let difference = 0;
    for (let i = 0; i < hashBytes; i++) difference |= (found[i] as number) ^ (this.#hashes[from + i] as number);
    if (difference !== 0) throw new StoreError("STORE_CORRUPT", "A part of a host list is damaged.");
    this.#checked[block >>> 3] = (this.#checked[block >>> 3] as number) | (1 << (block & 7));
  }
}

/** All blocks in memory: a look-up reads nothing. `body` lies at a multiple of four in its buffer. */
export class MemoryBlocks implements Blocks {
  readonly words: Int32Array;
  readonly #body: Uint8Array;
  readonly #check: BlockCheck;

  constructor(body: Uint8Array, hashes: Uint8Array, sha256: Sha256) {
    this.#body = body;
    this.words = new Int32Array(body.buffer, body.byteOffset, body.byteLength / 4);
    this.#check = new BlockCheck(hashes, sha256);
  }

  load(block: number): number {
    if (!this.#check.isChecked(block)) {
      this.#check.check(block, this.#body.subarray(block * blockBytes, (block + 1) * blockBytes));
    }
    return block * (blockBytes / 4);
  }
}

const slots = 16;

/** Blocks read when they are asked for; the last sixteen or so stay, since one visit asks for the same host several times. */
export class FileBlocks implements Blocks {
  readonly words = new Int32Array((slots * blockBytes) / 4);
  readonly #file: ListFile;
  readonly #body: number;
  readonly #check: BlockCheck;
  readonly #held = new Int32Array(slots).fill(-1);
  readonly #views: readonly Uint8Array[];

  constructor(file: ListFile, body: number, hashes: Uint8Array, sha256: Sha256) {
    this.#file = file;
    this.#body = body;
    this.#check = new BlockCheck(hashes, sha256);
    this.#views = Array.from(
      { length: slots },
      (_, slot) => new Uint8Array(this.words.buffer, slot * blockBytes, blockBytes),
    );
  }

  load(block: number): number {
    const slot = block % slots;
    if (this.#held[slot] !== block) {
      const view = this.#views[slot] as Uint8Array;
      this.#held[slot] = -1;
      this.#file.read(this.#body + block * blockBytes, view);
      if (!this.#check.isChecked(block)) this.#checkNow(block, view);
      this.#held[slot] = block;
    }
    return slot * (blockBytes / 4);
  }

  #checkNow(block: number, view: Uint8Array): void {
    try {
      this.#check.check(block, view);
    } catch (error) {
      this.#file.discard?.();
      throw error;
    }
  }
}
