import { readSuffixes } from "./host-suffixes.ts";
import { hashHost, mix } from "./lists/host-hash.ts";
import { PairFilter } from "./pair-filter.ts";

/** What is worked out from the names; it can be kept, and goes with these names only. */
export type HostIndexData = {
  /** By hash, four numbers for each name: its hash, its number or -1, where it begins in all names, and its length. */
  readonly slots: Int32Array;
  readonly filter: Int32Array;
};

const slotSize = 4;

/**
 * Host names by their suffixes: finds every known name that covers a host, without making a string. Open addressing; the
 * name itself is only read where the hash agrees, and stands in one array of bytes with all others: what is asked of many
 * names is not in the processor's caches, and each further place to look at takes longer than all the rest. A small filter
 * before it answers for most hosts that no name covers.
 */
export class HostIndex {
  readonly #names: readonly string[];
  readonly #bytes: Uint8Array;
  readonly #slots: Int32Array;
  readonly #mask: number;
  readonly #filter: PairFilter;
  /** Numbers of the names that cover the last host asked for, the shortest first. */
  readonly covering = new Int32Array(128);
  /** How many characters long each of them is. */
  readonly reach = new Int32Array(128);

  /** `names` are distinct; a name's number is its place. */
  constructor(names: readonly string[], data: HostIndexData = layOutHosts(names)) {
    this.#names = names;
    this.#bytes = toBytes(names.join(""));
    this.#slots = data.slots;
    this.#mask = data.slots.length / slotSize - 1;
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
      if (found < 0) continue;
      this.covering[count] = found;
      this.reach[count++] = host.length - (start[i] as number);
    }
    return count;
  }

  #find(host: string, from: number, hash: number): number {
    if (!this.#filter.has(hash, 0)) return -1;
    const slots = this.#slots;
    for (let slot = mix(hash) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const at = slotSize * slot;
      const number = slots[at + 1] as number;
      if (number < 0) return -1;
      if (slots[at] !== hash || slots[at + 3] !== host.length - from) continue;
      if (this.#isName(host, from, slots[at + 2] as number)) return number;
    }
  }

  #isName(host: string, from: number, start: number): boolean {
    const bytes = this.#bytes;
    const distance = start - from;
    for (let at = from; at < host.length; at++) if (bytes[at + distance] !== host.charCodeAt(at)) return false;
    return true;
  }
}

/** The table of distinct names, for `HostIndex`. */
export function layOutHosts(names: readonly string[]): HostIndexData {
  const size = 2 ** Math.ceil(Math.log2(Math.max(16, names.length * 2)));
  const mask = size - 1;
  const filter = new PairFilter(names.length);
  const slots = new Int32Array(size * slotSize).fill(-1);
  let start = 0;
  names.forEach((name, number) => {
    const hash = hashHost(name);
    filter.add(hash, 0);
    let slot = mix(hash) & mask;
    while (slots[slotSize * slot + 1] !== -1) slot = (slot + 1) & mask;
    slots.set([hash, number, start, name.length], slotSize * slot);
    start += name.length;
  });
  return { slots, filter: filter.words };
}

function toBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}
