/** One way of doing the same work; `run` does all of it once. */
export type Contender = { readonly name: string; run(): void };

export type Raced = {
  /** Median milliseconds of one `run`. */
  readonly median: number;
  /** Each round, in the order of running. */
  readonly rounds: readonly number[];
};

/**
 * Contenders take turns in each round, so that a busy machine is busy for all of them. One round to warm up is not counted.
 */
export function race(contenders: readonly Contender[], rounds: number): ReadonlyMap<string, Raced> {
  const times = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    for (const { name, run } of contenders) {
      const from = performance.now();
      run();
      if (round >= 0) times.get(name)?.push(performance.now() - from);
    }
  }
  return new Map([...times].map(([name, each]) => [name, { median: median(each), rounds: each }]));
}

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
