import { createHash } from "node:crypto";

/** Numbers that only the seed decides: the same on any machine. */
export type Random = {
  /** A whole number from 0 to `below` - 1. */
  below(count: number): number;
  pick<T>(items: readonly T[]): T;
};

/** sfc32 of Chris Doty-Humphrey's PractRand, begun with the SHA-256 of the seed; integers only. */
export function openRandom(seed: string): Random {
  const digest = createHash("sha256").update(seed, "utf8").digest();
  let a = digest.readUInt32LE(0) | 0;
  let b = digest.readUInt32LE(4) | 0;
  let c = digest.readUInt32LE(8) | 0;
  let counter = 1;
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 15; i++) next();
  const below = (count: number) => Math.floor((next() / 0x1_0000_0000) * count);
  return {
    below,
    pick(items) {
      if (items.length === 0) throw new RangeError("There is nothing to pick from.");
      return items[below(items.length)] as (typeof items)[number];
    },
  };
}
