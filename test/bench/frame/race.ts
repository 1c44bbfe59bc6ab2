export type Raced = {
  /** Median milliseconds of one `run`. */
  readonly median: number;
  /** Each round, in the order of running. */
  readonly rounds: readonly number[];
};

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which the share `q` of the values lies, between two of them by straight line. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? low;
  return low + (high - low) * (at - Math.floor(at));
}

export function requireRaced(raced: ReadonlyMap<string, Raced>, name: string): Raced {
  const found = raced.get(name);
  if (found === undefined) throw new Error(`no contender is called ${name}`);
  return found;
}
