import { isAddress } from "./destination.ts";
import { hashSeed, hashStep } from "./lists/host-hash.ts";

/**
 * What a host's lists of names are asked by: each of its suffixes that begins at a label, the shortest first, with its
 * hash. An address has one, itself. One visit asks several indexes about the same host; it is read once.
 */
export type HostSuffixes = {
  readonly count: number;
  /** Where suffix n begins in the host. */
  readonly start: Int32Array;
  /** `hashHost` of suffix n. */
  readonly hash: Int32Array;
};

const held = { host: "", count: 0, start: new Int32Array(128), hash: new Int32Array(128) };

/** The suffixes of a host that is not empty. They stand until the next call. */
export function readSuffixes(host: string): HostSuffixes {
  if (host === held.host) return held;
  if (host.length > held.start.length) {
    held.start = new Int32Array(host.length);
    held.hash = new Int32Array(host.length);
  }
  const { start, hash } = held;
  const whole = isAddress(host);
  let count = 0;
  let sum = hashSeed;
  for (let at = host.length - 1; at >= 0; at--) {
    const code = host.charCodeAt(at);
    if (code === 0x2e && !whole) {
      start[count] = at + 1;
      hash[count++] = sum;
    }
    sum = hashStep(sum, code);
  }
  start[count] = 0;
  hash[count++] = sum;
  held.host = host;
  held.count = count;
  return held;
}
