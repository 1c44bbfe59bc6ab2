/**
 * FNV-1a of 32 bits over a host's bytes from the last to the first, so that one pass over a host meets the hash of each of
 * its suffixes. It only leads to the exact check, so colliding on purpose gains nobody anything.
 */
export const hashSeed = 0x811c9dc5 | 0;

export function hashStep(hash: number, code: number): number {
  return Math.imul(hash ^ code, 0x01000193);
}

export function hashHost(host: string): number {
  let hash = hashSeed;
  for (let at = host.length - 1; at >= 0; at--) hash = hashStep(hash, host.charCodeAt(at));
  return hash;
}

/** The finalizer of MurmurHash3: every bit of the input moves every bit of the output. */
export function mix(hash: number): number {
  const a = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  const b = Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
  return b ^ (b >>> 16);
}
