/** A share of a count, with the bounds that 95 in 100 such samples would hold the true share within. */
export type Share = {
  readonly of: number;
  readonly hits: number;
  /** Undefined where there is nothing to take a share of. */
  readonly value: number | undefined;
  readonly low: number;
  readonly high: number;
};

const z = 1.959963984540054;

/**
 * Wilson's score interval (E. B. Wilson, JASA 22, 1927), which holds near 0 and 1 and for few items. Additions, divisions
 * and square roots only, and rounded: the same figures on any machine.
 */
export function shareOf(hits: number, of: number): Share {
  if (of === 0) return { of, hits, value: undefined, low: 0, high: 1 };
  const share = hits / of;
  const square = z * z;
  const middle = (share + square / (2 * of)) / (1 + square / of);
  const reach = (z / (1 + square / of)) * Math.sqrt((share * (1 - share)) / of + square / (4 * of * of));
  return {
    of,
    hits,
    value: round(share),
    low: hits === 0 ? 0 : round(middle - reach),
    high: hits === of ? 1 : round(middle + reach),
  };
}

export function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
