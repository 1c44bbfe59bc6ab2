import { isAddress } from "./destination.ts";

/**
 * Host names by their suffixes: one pass over a host from its end finds every known name that covers it, without making a
 * string. Open addressing; names are compared exactly.
 */
export class HostIndex {
  readonly #names: readonly string[];
  readonly #slots: Int32Array;
  readonly #mask: number;
  /** Numbers of the names that cover the last host asked for, the shortest first. */
  readonly covering = new Int32Array(128);

  /** `names` are distinct; a name's number is its place. */
  constructor(names: readonly string[]) {
    this.#names = names;
    const size = 2 ** Math.ceil(Math.log2(Math.max(16, names.length * 3)));
    this.#mask = size - 1;
    this.#slots = new Int32Array(size).fill(-1);
    names.forEach((name, number) => {
      let slot = hashFromEnd(name) & this.#mask;
      while (this.#slots[slot] !== -1) slot = (slot + 1) & this.#mask;
      this.#slots[slot] = number;
    });
  }

  nameOf(number: number): string {
    return this.#names[number] as string;
  }

  /** Fills `covering` and gives how many there are. */
  findCovering(host: string): number {
    const whole = isAddress(host);
    let count = 0;
    let hash = seed;
    for (let at = host.length - 1; at >= 0; at--) {
      const code = host.charCodeAt(at);
      if (code === 0x2e && !whole) {
        const found = this.#find(host, at + 1, hash);
        if (found >= 0 && count < 127) this.covering[count++] = found;
      }
      hash = Math.imul(hash ^ code, 0x01000193);
    }
    const found = this.#find(host, 0, hash);
    if (found >= 0) this.covering[count++] = found;
    return count;
  }

  #find(host: string, from: number, hash: number): number {
    const slots = this.#slots;
    for (let slot = finish(hash) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const number = slots[slot] as number;
      if (number < 0) return -1;
      const name = this.#names[number] as string;
      if (name.length === host.length - from && host.endsWith(name)) return number;
    }
  }
}

const seed = 0x811c9dc5 | 0;

/** FNV-1a from the last character to the first, so that the hashes of all suffixes come in one pass. */
function hashFromEnd(name: string): number {
  let hash = seed;
  for (let at = name.length - 1; at >= 0; at--) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  return finish(hash);
}

function finish(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return mixed ^ (mixed >>> 13);
}
