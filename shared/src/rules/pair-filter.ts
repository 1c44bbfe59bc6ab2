/**
 * Pairs of words, by two bits for each in one word of 32 (a Bloom filter in blocks: Putze, Sanders and Singler, 2007). Of
 * some seven in a thousand others it says that they are there. Both bits are asked at once: a loop that asks for one after
 * the other is guessed wrong wherever the first is set.
 */
export class PairFilter {
  /** For loops that cannot wait for `has`: the word of a pair is number `mixPair(one, two) >>> shift`, its bits are `bitsOf`. */
  readonly words: Int32Array;
  readonly shift: number;
  readonly isEmpty: boolean;

  /** For so many pairs; `words` are those of a filter of as many that was filled before. */
  constructor(count: number, words?: Int32Array) {
    const size = Math.min(mostSize, Math.ceil(Math.log2(Math.max(2, count))));
    this.isEmpty = count === 0;
    this.words = words ?? new Int32Array(2 ** size);
    this.shift = 32 - size;
  }

  add(one: number, two: number) {
    const hash = mixPair(one, two);
    const word = hash >>> this.shift;
    this.words[word] = (this.words[word] as number) | bitsOf(hash, this.shift);
  }

  has(one: number, two: number): boolean {
    const hash = mixPair(one, two);
    const bits = bitsOf(hash, this.shift);
    return ((this.words[hash >>> this.shift] as number) & bits) === bits;
  }
}

/** Two bits are chosen by five bits each below those that choose the word. */
const mostSize = 22;

/** The two bits (sometimes one) that stand for a pair in its word. */
export function bitsOf(hash: number, shift: number): number {
  return (1 << (hash >>> (shift - 5))) | (1 << (hash >>> (shift - 10)));
}

export function mixPair(one: number, two: number): number {
  return Math.imul(Math.imul(one, 0x85ebca6b) ^ two, 0x9e3779b1);
}
