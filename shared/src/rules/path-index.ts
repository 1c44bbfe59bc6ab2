import { PolicyError } from "../errors.ts";
import { ruleLimits } from "./limits.ts";
import { type CompiledPath, matchesPieces } from "./paths.ts";

const gramLength = 4;

/**
 * Path patterns by four characters in a row that a matching text must hold: the rarest four of each pattern. A text is
 * asked for each of its fours once. Patterns with no such four are asked one by one, and there may be few of them.
 */
export class PathIndex {
  readonly #patterns: readonly CompiledPath[];
  readonly #first: Int32Array;
  readonly #listed: Int32Array;
  readonly #mask: number;
  readonly #seen: Uint8Array;
  readonly #always: readonly number[];
  /** Numbers of the patterns that match the last text asked for. */
  matching = new Int32Array(64);

  constructor(patterns: readonly CompiledPath[]) {
    this.#patterns = patterns;
    this.#seen = new Uint8Array(patterns.length);
    const { size, chosen } = chooseGrams(patterns);
    this.#mask = size - 1;
    this.#always = chosen.flatMap((slot, number) => (slot < 0 ? [number] : []));
    this.#first = new Int32Array(size + 1);
    for (const slot of chosen) if (slot >= 0) count(this.#first, slot + 1);
    refuseCrowding(this.#first, this.#always.length);
    for (let i = 1; i <= size; i++) this.#first[i] = (this.#first[i] as number) + (this.#first[i - 1] as number);
    const next = this.#first.slice();
    this.#listed = new Int32Array(patterns.length);
    chosen.forEach((slot, number) => {
      if (slot < 0) return;
      this.#listed[next[slot] as number] = number;
      count(next, slot);
    });
  }

  patternOf(number: number): CompiledPath {
    return this.#patterns[number] as CompiledPath;
  }

  /** Fills `matching` and gives how many there are. */
  findMatching(text: string): number {
    let found = 0;
    for (const number of this.#always) {
      if (matchesPieces((this.#patterns[number] as CompiledPath).pieces, text)) found = this.#add(number, found);
    }
    const first = this.#first;
    const mask = this.#mask;
    let window = 0;
    for (let at = 0; at < text.length; at++) {
      window = (window << 8) | (text.charCodeAt(at) & 0xff);
      if (at < gramLength - 1) continue;
      const slot = mix(window) & mask;
      const to = first[slot + 1] as number;
      for (let i = first[slot] as number; i < to; i++) {
        const number = this.#listed[i] as number;
        if (this.#seen[number] === 1 || !matchesPieces((this.#patterns[number] as CompiledPath).pieces, text)) continue;
        this.#seen[number] = 1;
        found = this.#add(number, found);
      }
    }
    for (let i = 0; i < found; i++) this.#seen[this.matching[i] as number] = 0;
    return found;
  }

  #add(number: number, found: number): number {
    if (found === this.matching.length) {
      const wider = new Int32Array(found * 2);
      wider.set(this.matching);
      this.matching = wider;
    }
    this.matching[found] = number;
    return found + 1;
  }
}

/** For each pattern the slot of its rarest four characters; -1 where it has no four. */
function chooseGrams(patterns: readonly CompiledPath[]): { readonly size: number; readonly chosen: readonly number[] } {
  const size = 2 ** Math.ceil(Math.log2(Math.max(64, patterns.length * 4)));
  const mask = size - 1;
  const uses = new Int32Array(size);
  for (const pattern of patterns) eachGram(pattern, (hash) => count(uses, hash & mask));
  const chosen = patterns.map((pattern) => {
    let best = -1;
    eachGram(pattern, (hash) => {
      const slot = hash & mask;
      if (best < 0 || (uses[slot] as number) < (uses[best] as number)) best = slot;
    });
    return best;
  });
  return { size, chosen };
}

/**
 * Numbers of the patterns past those of their kind that an index takes; without them others may be chosen otherwise, so
 * whoever leaves them out asks again. Empty where `new PathIndex` takes all.
 */
export function findCrowded(patterns: readonly CompiledPath[]): readonly number[] {
  const counts = new Map<number, number>();
  return chooseGrams(patterns).chosen.flatMap((slot, number) => {
    const before = counts.get(slot) ?? 0;
    counts.set(slot, before + 1);
    return before < ruleLimits.alikePaths ? [] : [number];
  });
}

function refuseCrowding(first: Int32Array, always: number) {
  const refuse = () => {
    throw new PolicyError(
      "RULE_REFUSED",
      "Too many path patterns are alike or too short: give them a longer part of their own.",
    );
  };
  if (always > ruleLimits.alikePaths) refuse();
  for (const number of first) if (number > ruleLimits.alikePaths) refuse();
}

function count(column: Int32Array, at: number) {
  column[at] = (column[at] as number) + 1;
}

function eachGram({ pieces }: CompiledPath, visit: (hash: number) => void) {
  for (const piece of pieces) {
    let window = 0;
    for (let at = 0; at < piece.length; at++) {
      window = (window << 8) | (piece.charCodeAt(at) & 0xff);
      if (at >= gramLength - 1) visit(mix(window));
    }
  }
}

function mix(window: number): number {
  const hash = Math.imul(window, 0x9e3779b1);
  return hash ^ (hash >>> 15);
}
