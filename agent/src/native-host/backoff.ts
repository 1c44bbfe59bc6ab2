const firstMilliseconds = 250;
const longestMilliseconds = 5_000;

export interface Backoff {
  /** Milliseconds to wait before the next try: doubled each time, up to 5 s, then cut by up to half at random. */
  next(): number;
  reset(): void;
}

/** `jitter` yields 0 up to 1, so that several browsers do not knock in step. */
export function buildBackoff(jitter: () => number): Backoff {
  let wait = firstMilliseconds;
  return {
    next() {
      const now = wait;
      wait = Math.min(wait * 2, longestMilliseconds);
      return Math.round(now * (1 - jitter() / 2));
    },
    reset() {
      wait = firstMilliseconds;
    },
  };
}
