import { compress, initial } from "./blake2s.ts";

/**
 * The first 96 bits of BLAKE2s-256 (RFC 7693) of a host's ASCII bytes, as three little-endian words, without making an
 * object. With a key of 32 bytes the digests tell nobody without the key which hosts they are of.
 */
export class HostDigest {
  /** The words of the last host asked for. */
  first = 0;
  second = 0;
  third = 0;
  readonly #start: Int32Array;
  readonly #before: number;
  readonly #state = new Int32Array(8);
  readonly #block = new Int32Array(16);

  constructor(key?: Uint8Array) {
    if (key !== undefined && key.length !== 32) throw new RangeError("a list key has 32 bytes");
    this.#state.set(initial);
    this.#state[0] = (initial[0] as number) ^ 0x01010000 ^ ((key === undefined ? 0 : 32) << 8) ^ 32;
    this.#before = key === undefined ? 0 : 64;
    if (key !== undefined) {
      const view = new DataView(key.buffer, key.byteOffset, 32);
      for (let word = 0; word < 8; word++) this.#block[word] = view.getInt32(4 * word, true);
      // A host is never empty, so the block with the key is never the last.
      compress(this.#state, this.#block, 64, 0);
    }
    this.#start = this.#state.slice();
  }

  /** Takes the host from this character on; it is ASCII and not empty. */
  take(host: string, from: number): void {
    const state = this.#state;
    const block = this.#block;
    state.set(this.#start);
    const length = host.length - from;
    let at = from;
    for (let taken = 0; ; ) {
      const end = Math.min(at + 64, host.length);
      for (let word = 0; word < 16; word++, at += 4) block[word] = readWord(host, at, end);
      at = end;
      taken = at - from;
      const last = taken === length;
      compress(state, block, this.#before + taken, last ? -1 : 0);
      if (last) break;
    }
    this.first = state[0] as number;
    this.second = state[1] as number;
    this.third = state[2] as number;
  }
}

/** Four characters as a little-endian word, zeros after the end. */
function readWord(host: string, at: number, end: number): number {
  if (at >= end) return 0;
  let word = host.charCodeAt(at) & 0xff;
  if (at + 1 < end) word |= (host.charCodeAt(at + 1) & 0xff) << 8;
  if (at + 2 < end) word |= (host.charCodeAt(at + 2) & 0xff) << 16;
  if (at + 3 < end) word |= (host.charCodeAt(at + 3) & 0xff) << 24;
  return word;
}
