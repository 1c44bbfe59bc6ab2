import type { Share } from "../score/interval.ts";

/** `0.973 (0.951-0.985)`, or a dash where there is nothing to take a share of. */
export function sayShare({ value, low, high }: Share): string {
  return value === undefined ? "-" : `${value.toFixed(3)} (${low.toFixed(3)}-${high.toFixed(3)})`;
}
