import { type FilterShape, golden, tableBytes } from "./fuse-filter.ts";
import { mix } from "./host-hash.ts";

/** Segments of 2^k bytes from so many hashes on, from k = 3: powers of 3.33, as the paper recommends. */
const steps = [3, 8, 27, 91, 303, 1009, 3360, 11_189, 37_259, 124_072, 413_160, 1_375_824, 4_581_493] as const;
const seedsPerSize = 8;

/**
 * The filter of these hashes, which are distinct and ascending. The first seed of the smallest size that works is taken, so
 * the same hashes give the same bytes everywhere.
 */
export function buildFilter(hashes: Int32Array): { readonly shape: FilterShape; readonly table: Uint8Array } {
  const count = hashes.length;
  if (count === 0) return { shape: { seed: 0, segmentBits: 0, segments: 0 }, table: new Uint8Array(0) };
  const segmentBits = 2 + steps.filter((least) => count >= least).length;
  const least = Math.max(1, ((count + (count >>> 3)) >>> segmentBits) - 1);
  const peeling = new Peeling(hashes, (least + 2) << segmentBits);
  for (let segments = least; ; segments++) {
    for (let seed = 0; seed < seedsPerSize; seed++) {
      const shape = { seed, segmentBits, segments };
      const table = peeling.tryShape(shape);
      if (table !== undefined) return { shape, table };
    }
  }
}

/** Solves the equations of a filter by taking away, one after the other, hashes that alone hold a place. */
class Peeling {
  readonly #hashes: Int32Array;
  readonly #bySegment: Int32Array;
  readonly #order: Int32Array;
  readonly #places: Uint8Array;
  #counts: Uint8Array;
  #xors: Int32Array;
  #alone: Int32Array;
  readonly #at = new Int32Array(3);

  constructor(hashes: Int32Array, size: number) {
    this.#hashes = hashes;
    this.#bySegment = new Int32Array(hashes.length);
    this.#order = new Int32Array(hashes.length);
    this.#places = new Uint8Array(hashes.length);
    this.#counts = new Uint8Array(size);
    this.#xors = new Int32Array(size);
    this.#alone = new Int32Array(size);
  }

  tryShape(shape: FilterShape): Uint8Array | undefined {
    this.#fit(tableBytes(shape));
    this.#sortBySegment(shape);
    if (!this.#count(shape) || this.#peel(shape) < this.#hashes.length) return undefined;
    return this.#assign(shape);
  }

  #fit(size: number): void {
    if (this.#counts.length === size) {
      this.#counts.fill(0);
      this.#xors.fill(0);
      return;
    }
    this.#counts = new Uint8Array(size);
    this.#xors = new Int32Array(size);
    this.#alone = new Int32Array(size);
  }

  // Hashes of one segment together, so that what follows stays within the processor's caches.
  #sortBySegment({ seed, segments }: FilterShape): void {
    const next = new Int32Array(segments + 1);
    const hashes = this.#hashes;
    for (let i = 0; i < hashes.length; i++) {
      const segment = segmentOf(mix((hashes[i] as number) ^ seed), segments);
      next[segment + 1] = (next[segment + 1] as number) + 1;
    }
    for (let i = 1; i <= segments; i++) next[i] = (next[i] as number) + (next[i - 1] as number);
    for (let i = 0; i < hashes.length; i++) {
      const hash = hashes[i] as number;
      const segment = segmentOf(mix(hash ^ seed), segments);
      const to = next[segment] as number;
      this.#bySegment[to] = hash;
      next[segment] = to + 1;
    }
  }

  /** `counts` holds, for each place, how many hashes use it, times four, and the exclusive or of which of their places it is. */
  #count(shape: FilterShape): boolean {
    const counts = this.#counts;
    const at = this.#at;
    for (let i = 0; i < this.#bySegment.length; i++) {
      const hash = this.#bySegment[i] as number;
      findPlaces(hash, shape, at);
      for (let place = 0; place < 3; place++) {
        const cell = at[place] as number;
        const before = counts[cell] as number;
        if (before >= 252) return false;
        counts[cell] = (before + 4) ^ place;
        this.#xors[cell] = (this.#xors[cell] as number) ^ hash;
      }
    }
    return true;
  }

  #peel(shape: FilterShape): number {
    const counts = this.#counts;
    const alone = this.#alone;
    const at = this.#at;
    let waiting = 0;
    let peeled = 0;
    for (let cell = 0; cell < counts.length; cell++) if ((counts[cell] as number) >>> 2 === 1) alone[waiting++] = cell;
    while (waiting > 0) {
      const cell = alone[--waiting] as number;
      const count = counts[cell] as number;
      if (count >>> 2 !== 1) continue;
      const hash = this.#xors[cell] as number;
      this.#order[peeled] = hash;
      this.#places[peeled++] = count & 3;
      findPlaces(hash, shape, at);
      for (let place = 0; place < 3; place++) {
        const other = at[place] as number;
        const left = ((counts[other] as number) - 4) ^ place;
        counts[other] = left;
        this.#xors[other] = (this.#xors[other] as number) ^ hash;
        if (left >>> 2 === 1) alone[waiting++] = other;
      }
    }
    return peeled;
  }

  #assign(shape: FilterShape): Uint8Array {
    const table = new Uint8Array(tableBytes(shape));
    const at = this.#at;
    for (let i = this.#hashes.length - 1; i >= 0; i--) {
      const hash = this.#order[i] as number;
      const place = this.#places[i] as number;
      const print = findPlaces(hash, shape, at);
      const a = table[at[(place + 1) % 3] as number] as number;
      const b = table[at[(place + 2) % 3] as number] as number;
      table[at[place] as number] = print ^ a ^ b;
    }
    return table;
  }
}

function segmentOf(x: number, segments: number): number {
  return ((x >>> 16) * segments) >>> 16;
}

/** Fills in the three places of a hash and gives its fingerprint. As `FuseFilter.mayHold`. */
function findPlaces(hash: number, { seed, segments, segmentBits }: FilterShape, at: Int32Array): number {
  const mask = (1 << segmentBits) - 1;
  const x = mix(hash ^ seed);
  const y = mix((x + golden) | 0);
  const base = segmentOf(x, segments) << segmentBits;
  at[0] = base + (x & mask);
  at[1] = base + mask + 1 + (y & mask);
  at[2] = base + 2 * (mask + 1) + ((y >>> 16) & mask);
  return Math.imul(x ^ y, golden) >>> 24;
}
