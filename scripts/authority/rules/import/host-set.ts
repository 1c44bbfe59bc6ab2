import { HostDigest } from "@overt/shared/rules/lists/host-digest.ts";

const wordsEach = 3;
const fullest = 0.7;

/** Millions of hosts, told apart by the digest that compiled lists tell them apart by: 12 bytes for each place. */
export class HostSet {
  readonly #digest = new HostDigest();
  #table = new Int32Array(1_024 * wordsEach);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** False where it was there. `host` is in comparison form. */
  add(host: string): boolean {
    const at = this.#find(host);
    if (this.#isTaken(at)) return false;
    const { first, second, third } = this.#digest;
    this.#put(at, first, second, third);
    this.#size++;
    if (this.#size > (this.#table.length / wordsEach) * fullest) this.#grow();
    return true;
  }

  has(host: string): boolean {
    return this.#isTaken(this.#find(host));
  }

  #find(host: string): number {
    this.#digest.take(host, 0);
    // All zeros is an empty place.
    if (this.#digest.third === 0) this.#digest.third = 1;
    return this.#placeOf(this.#digest.first, this.#digest.second, this.#digest.third);
  }

  #placeOf(first: number, second: number, third: number): number {
    const table = this.#table;
    const mask = table.length / wordsEach - 1;
    for (let slot = first & mask; ; slot = (slot + 1) & mask) {
      const at = slot * wordsEach;
      if (table[at + 2] === 0) return at;
      if (table[at] === first && table[at + 1] === second && table[at + 2] === third) return at;
    }
  }

  #isTaken(at: number): boolean {
    return this.#table[at + 2] !== 0;
  }

  #put(at: number, first: number, second: number, third: number): void {
    this.#table[at] = first;
    this.#table[at + 1] = second;
    this.#table[at + 2] = third;
  }

  #grow(): void {
    const old = this.#table;
    this.#table = new Int32Array(old.length * 2);
    for (let at = 0; at < old.length; at += wordsEach) {
      const [first, second, third] = [old[at] as number, old[at + 1] as number, old[at + 2] as number];
      if (third !== 0) this.#put(this.#placeOf(first, second, third), first, second, third);
    }
  }
}
