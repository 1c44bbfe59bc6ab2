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
    this.#state.set(iv);
    this.#state[0] = (iv[0] as number) ^ 0x01010000 ^ ((key === undefined ? 0 : 32) << 8) ^ 32;
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

// biome-ignore format: the table of RFC 7693, 2.6
const iv = Int32Array.of(
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
);
// biome-ignore format: the table of RFC 7693, 2.7
const sigma = Uint8Array.of(
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
  14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3,
  11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4,
  7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8,
  9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13,
  2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9,
  12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11,
  13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10,
  6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5,
  10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0,
);

/** The compression function of RFC 7693, 3.2, its sixteen words held in variables: in an array it takes three times as long. */
function compress(h: Int32Array, m: Int32Array, bytes: number, last: number): void {
  let v0 = h[0] as number;
  let v1 = h[1] as number;
  let v2 = h[2] as number;
  let v3 = h[3] as number;
  let v4 = h[4] as number;
  let v5 = h[5] as number;
  let v6 = h[6] as number;
  let v7 = h[7] as number;
  let v8 = iv[0] as number;
  let v9 = iv[1] as number;
  let v10 = iv[2] as number;
  let v11 = iv[3] as number;
  let v12 = (iv[4] as number) ^ bytes;
  let v13 = iv[5] as number;
  let v14 = (iv[6] as number) ^ last;
  let v15 = iv[7] as number;
  for (let r = 0; r < 160; r += 16) {
    v0 = (v0 + v4 + (m[sigma[r + 0] as number] as number)) | 0;
    v12 ^= v0;
    v12 = (v12 >>> 16) | (v12 << 16);
    v8 = (v8 + v12) | 0;
    v4 ^= v8;
    v4 = (v4 >>> 12) | (v4 << 20);
    v0 = (v0 + v4 + (m[sigma[r + 1] as number] as number)) | 0;
    v12 ^= v0;
    v12 = (v12 >>> 8) | (v12 << 24);
    v8 = (v8 + v12) | 0;
    v4 ^= v8;
    v4 = (v4 >>> 7) | (v4 << 25);
    v1 = (v1 + v5 + (m[sigma[r + 2] as number] as number)) | 0;
    v13 ^= v1;
    v13 = (v13 >>> 16) | (v13 << 16);
    v9 = (v9 + v13) | 0;
    v5 ^= v9;
    v5 = (v5 >>> 12) | (v5 << 20);
    v1 = (v1 + v5 + (m[sigma[r + 3] as number] as number)) | 0;
    v13 ^= v1;
    v13 = (v13 >>> 8) | (v13 << 24);
    v9 = (v9 + v13) | 0;
    v5 ^= v9;
    v5 = (v5 >>> 7) | (v5 << 25);
    v2 = (v2 + v6 + (m[sigma[r + 4] as number] as number)) | 0;
    v14 ^= v2;
    v14 = (v14 >>> 16) | (v14 << 16);
    v10 = (v10 + v14) | 0;
    v6 ^= v10;
    v6 = (v6 >>> 12) | (v6 << 20);
    v2 = (v2 + v6 + (m[sigma[r + 5] as number] as number)) | 0;
    v14 ^= v2;
    v14 = (v14 >>> 8) | (v14 << 24);
    v10 = (v10 + v14) | 0;
    v6 ^= v10;
    v6 = (v6 >>> 7) | (v6 << 25);
    v3 = (v3 + v7 + (m[sigma[r + 6] as number] as number)) | 0;
    v15 ^= v3;
    v15 = (v15 >>> 16) | (v15 << 16);
    v11 = (v11 + v15) | 0;
    v7 ^= v11;
    v7 = (v7 >>> 12) | (v7 << 20);
    v3 = (v3 + v7 + (m[sigma[r + 7] as number] as number)) | 0;
    v15 ^= v3;
    v15 = (v15 >>> 8) | (v15 << 24);
    v11 = (v11 + v15) | 0;
    v7 ^= v11;
    v7 = (v7 >>> 7) | (v7 << 25);
    v0 = (v0 + v5 + (m[sigma[r + 8] as number] as number)) | 0;
    v15 ^= v0;
    v15 = (v15 >>> 16) | (v15 << 16);
    v10 = (v10 + v15) | 0;
    v5 ^= v10;
    v5 = (v5 >>> 12) | (v5 << 20);
    v0 = (v0 + v5 + (m[sigma[r + 9] as number] as number)) | 0;
    v15 ^= v0;
    v15 = (v15 >>> 8) | (v15 << 24);
    v10 = (v10 + v15) | 0;
    v5 ^= v10;
    v5 = (v5 >>> 7) | (v5 << 25);
    v1 = (v1 + v6 + (m[sigma[r + 10] as number] as number)) | 0;
    v12 ^= v1;
    v12 = (v12 >>> 16) | (v12 << 16);
    v11 = (v11 + v12) | 0;
    v6 ^= v11;
    v6 = (v6 >>> 12) | (v6 << 20);
    v1 = (v1 + v6 + (m[sigma[r + 11] as number] as number)) | 0;
    v12 ^= v1;
    v12 = (v12 >>> 8) | (v12 << 24);
    v11 = (v11 + v12) | 0;
    v6 ^= v11;
    v6 = (v6 >>> 7) | (v6 << 25);
    v2 = (v2 + v7 + (m[sigma[r + 12] as number] as number)) | 0;
    v13 ^= v2;
    v13 = (v13 >>> 16) | (v13 << 16);
    v8 = (v8 + v13) | 0;
    v7 ^= v8;
    v7 = (v7 >>> 12) | (v7 << 20);
    v2 = (v2 + v7 + (m[sigma[r + 13] as number] as number)) | 0;
    v13 ^= v2;
    v13 = (v13 >>> 8) | (v13 << 24);
    v8 = (v8 + v13) | 0;
    v7 ^= v8;
    v7 = (v7 >>> 7) | (v7 << 25);
    v3 = (v3 + v4 + (m[sigma[r + 14] as number] as number)) | 0;
    v14 ^= v3;
    v14 = (v14 >>> 16) | (v14 << 16);
    v9 = (v9 + v14) | 0;
    v4 ^= v9;
    v4 = (v4 >>> 12) | (v4 << 20);
    v3 = (v3 + v4 + (m[sigma[r + 15] as number] as number)) | 0;
    v14 ^= v3;
    v14 = (v14 >>> 8) | (v14 << 24);
    v9 = (v9 + v14) | 0;
    v4 ^= v9;
    v4 = (v4 >>> 7) | (v4 << 25);
  }
  h[0] = (h[0] as number) ^ v0 ^ v8;
  h[1] = (h[1] as number) ^ v1 ^ v9;
  h[2] = (h[2] as number) ^ v2 ^ v10;
  h[3] = (h[3] as number) ^ v3 ^ v11;
  h[4] = (h[4] as number) ^ v4 ^ v12;
  h[5] = (h[5] as number) ^ v5 ^ v13;
  h[6] = (h[6] as number) ^ v6 ^ v14;
  h[7] = (h[7] as number) ^ v7 ^ v15;
}
