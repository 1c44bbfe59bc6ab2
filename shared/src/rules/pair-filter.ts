/** Pairs of words, by two bits for each: of some four in a thousand others it says that they are there. */
export class PairFilter {
  /** For loops that cannot wait for `has`: the first bit of a pair is number `mixPair(one, two) >>> shift`. */
  readonly bits: Int32Array;
  readonly shift: number;
  readonly isEmpty: boolean;

  /** For so many pairs; `bits` are those of a filter of as many that was filled before. */
  constructor(count: number, bits?: Int32Array) {
    const size = Math.ceil(Math.log2(Math.max(32, count * 16)));
    this.isEmpty = count === 0;
    this.bits = bits ?? new Int32Array(2 ** (size - 5));
    this.shift = 32 - size;
  }

  add(one: number, two: number) {
    const hash = mixPair(one, two);
    for (const bit of [hash >>> this.shift, again(hash) >>> this.shift]) {
      this.bits[bit >>> 5] = (this.bits[bit >>> 5] as number) | (1 << (bit & 31));
    }
  }

  has(one: number, two: number): boolean {
    const { bits, shift } = this;
    const hash = mixPair(one, two);
    const first = hash >>> shift;
    const second = again(hash) >>> shift;
    return (
      (((bits[first >>> 5] as number) >>> (first & 31)) & ((bits[second >>> 5] as number) >>> (second & 31)) & 1) === 1
    );
  }
}

export function mixPair(one: number, two: number): number {
  return Math.imul(Math.imul(one, 0x85ebca6b) ^ two, 0x9e3779b1);
}

function again(hash: number): number {
  return Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
}
