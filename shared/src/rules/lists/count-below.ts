const firstStride = 6;

/** Holds what was read ahead, so that it is read at all. */
const ahead = new Int32Array(1);

/**
 * How many of `count` records have a first word below `wanted`. They lie `step` words apart from `start` on and ascend by
 * that word, all words taken as unsigned. `guess` is where the answer is thought to be: from there strides that double
 * close it in, and halving ends it. A good guess reads memory of one place; a bad one at most doubles the reads of halving
 * alone, beside four that are read ahead, and changes no answer.
 */
export function countBelow(
  words: Int32Array,
  start: number,
  step: number,
  count: number,
  wanted: number,
  guess: number,
): number {
  if (count === 0) return 0;
  const last = count - 1;
  const at = Math.max(0, Math.min(last, guess));
  // Asked for together, the records around are waited for once and not one after the other.
  ahead[0] =
    (words[start + Math.max(0, at - 2 * firstStride) * step] as number) ^
    (words[start + Math.max(0, at - firstStride) * step] as number) ^
    (words[start + Math.min(last, at + firstStride) * step] as number) ^
    (words[start + Math.min(last, at + 2 * firstStride) * step] as number);
  let low = 0;
  let high = count;
  if (isBelow(words[start + at * step] as number, wanted)) {
    low = at + 1;
    for (let stride = firstStride, next = at + stride; next < count; stride *= 2, next += stride) {
      if (!isBelow(words[start + next * step] as number, wanted)) {
        high = next;
        break;
      }
      low = next + 1;
    }
  } else {
    high = at;
    for (let stride = firstStride, next = at - stride; next >= 0; stride *= 2, next -= stride) {
      if (isBelow(words[start + next * step] as number, wanted)) {
        low = next + 1;
        break;
      }
      high = next;
    }
  }
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBelow(words[start + middle * step] as number, wanted)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Where, among so many words that ascend evenly from `from` to below `to`, this one stands about: a guess for `countBelow`. */
export function guessPlace(wanted: number, from: number, to: number, count: number): number {
  return Math.floor((((wanted >>> 0) - from) / Math.max(1, to - from)) * count);
}

/** Of two words as unsigned numbers. */
export function isBelow(a: number, b: number): boolean {
  return (a ^ 0x80000000) < (b ^ 0x80000000);
}
