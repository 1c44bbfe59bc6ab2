import { mix } from "./host-hash.ts";

/**
 * A binary fuse filter of 8 bits (Graf and Lemire, 2022, three-wise): it says "may be there" of every hash it was built of,
 * and of one in 256 others. The table has `segments + 2` segments of 2^`segmentBits` bytes.
 */
export class FuseFilter {
  readonly #table: Uint8Array;
  readonly #seed: number;
  readonly #segments: number;
  readonly #segmentBits: number;
  readonly #mask: number;

  constructor(shape: FilterShape, table: Uint8Array) {
    this.#table = table;
    this.#seed = shape.seed;
    this.#segments = shape.segments;
    this.#segmentBits = shape.segmentBits;
    this.#mask = (1 << shape.segmentBits) - 1;
  }

  mayHold(hash: number): boolean {
    const table = this.#table;
    const mask = this.#mask;
    const size = mask + 1;
    const x = mix(hash ^ this.#seed);
    const y = mix((x + golden) | 0);
    const base = (((x >>> 16) * this.#segments) >>> 16) << this.#segmentBits;
    return (
      ((table[base + (x & mask)] as number) ^
        (table[base + size + (y & mask)] as number) ^
        (table[base + size + size + ((y >>> 16) & mask)] as number)) ===
      Math.imul(x ^ y, golden) >>> 24
    );
  }
}

export type FilterShape = { readonly seed: number; readonly segmentBits: number; readonly segments: number };

export const golden = 0x9e3779b9 | 0;

/** Bytes of the table of this shape. */
export function tableBytes({ segments, segmentBits }: FilterShape): number {
  return segments === 0 ? 0 : (segments + 2) << segmentBits;
}
