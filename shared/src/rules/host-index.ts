import { readSuffixes } from "./host-suffixes.ts";
import { hashHost, mix } from "./lists/host-hash.ts";
import { PairFilter } from "./pair-filter.ts";

/** What is worked out from the names; it can be kept, and goes with these names only. */
export type HostIndexData = { readonly slots: Int32Array; readonly filter: Int32Array };

/**
 * Host names by their suffixes: finds every known name that covers a host, without making a string. Open addressing; a slot
 * holds a name's hash and its number, and the name itself is only read where the hash agrees. A small filter before it
 * answers for most hosts that no name covers.
 */
export class HostIndex {
  readonly #names: readonly string[];
  readonly #slots: Int32Array;
  readonly #mask: number;
  readonly #filter: PairFilter;
  /** Numbers of the names that cover the last host asked for, the shortest first. */
  readonly covering = new Int32Array(128);

  /** `names` are distinct; a name's number is its place. */
  constructor(names: readonly string[], data: HostIndexData = layOutHosts(names)) {
    this.#names = names;
    this.#slots = data.slots;
    this.#mask = data.slots.length / 2 - 1;
    this.#filter = new PairFilter(names.length, data.filter);
  }

  nameOf(number: number): string {
    return this.#names[number] as string;
  }

  /** Fills `covering` and gives how many there are. */
  findCovering(host: string): number {
    if (this.#names.length === 0) return 0;
    const { count: suffixes, start, hash } = readSuffixes(host);
    let count = 0;
    for (let i = 0; i < suffixes && count < 128; i++) {
      const found = this.#find(host, start[i] as number, hash[i] as number);
      if (found >= 0) this.covering[count++] = found;
    }
    return count;
  }

  #find(host: string, from: number, hash: number): number {
    if (!this.#filter.has(hash, 0)) return -1;
    const slots = this.#slots;
    for (let slot = mix(hash) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const number = slots[2 * slot + 1] as number;
      if (number < 0) return -1;
      if (slots[2 * slot] !== hash) continue;
      const name = this.#names[number] as string;
      if (name.length === host.length - from && host.endsWith(name)) return number;
    }
  }
}

/** The table of distinct names, for `HostIndex`. */
export function layOutHosts(names: readonly string[]): HostIndexData {
  const size = 2 ** Math.ceil(Math.log2(Math.max(16, names.length * 2)));
  const mask = size - 1;
  const filter = new PairFilter(names.length);
  const slots = new Int32Array(size * 2).fill(-1);
  names.forEach((name, number) => {
    const hash = hashHost(name);
    filter.add(hash, 0);
    let slot = mix(hash) & mask;
    while (slots[2 * slot + 1] !== -1) slot = (slot + 1) & mask;
    slots[2 * slot] = hash;
    slots[2 * slot + 1] = number;
  });
  return { slots, filter: filter.bits };
}
