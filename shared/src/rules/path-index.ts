import { PolicyError } from "../errors.ts";
import { ruleLimits } from "./limits.ts";
import { mixPair, PairFilter } from "./pair-filter.ts";
import { chooseAnchors } from "./path-anchors.ts";
import { type CompiledPath, gramAt, gramLength, matchesPieces } from "./paths.ts";

const root = 0;
const free = -1;

/**
 * Path patterns by up to sixteen characters in a row that a matching text must hold, four by four: a tree whose edges are
 * fours, kept in one hash table. Each pattern hangs where its rarest characters lead. A text costs two bits of small tables
 * for each of its characters, and more only where the first eight (of a short pattern, four) of some pattern stand.
 * Patterns with no four are asked one by one, and there may be few of them. No pattern is asked twice about one text.
 */
export class PathIndex {
  readonly #patterns: readonly CompiledPath[];
  readonly #firstFours: PairFilter;
  readonly #firstEights: PairFilter;
  /** Edges by hash, two words each: the node they leave, and the four they take. The node they lead to is their place + 1. */
  readonly #edges: Int32Array;
  readonly #mask: number;
  /** The patterns of node n are `listed[first[n]] .. listed[first[n + 1]]`. */
  readonly #first: Int32Array;
  readonly #listed: Int32Array;
  readonly #always: readonly number[];
  readonly #isAsked: Uint8Array;
  readonly #asked: Int32Array;
  #askedCount = 0;
  #found = 0;
  /** Numbers of the patterns that match the last text asked for. */
  readonly matching: Int32Array;

  constructor(patterns: readonly CompiledPath[]) {
    this.#patterns = patterns;
    this.#isAsked = new Uint8Array(patterns.length);
    this.#asked = new Int32Array(patterns.length);
    this.matching = new Int32Array(patterns.length);
    const anchors = chooseAnchors(patterns);
    const edges = anchors.reduce((sum, anchor) => sum + anchor.length, 0);
    const size = 2 ** Math.ceil(Math.log2(Math.max(16, edges * 2)));
    this.#mask = size - 1;
    this.#edges = new Int32Array(size * 2).fill(free);
    this.#firstFours = new PairFilter(anchors.filter(({ length }) => length === 1).length);
    this.#firstEights = new PairFilter(anchors.filter(({ length }) => length > 1).length);
    const nodes = anchors.map((anchor) => this.#hang(anchor));
    this.#always = nodes.flatMap((node, number) => (node === root ? [number] : []));
    this.#first = new Int32Array(size + 2);
    for (const node of nodes) if (node !== root) count(this.#first, node + 1);
    refuseCrowding(this.#first, this.#always.length);
    for (let i = 1; i < this.#first.length; i++) {
      this.#first[i] = (this.#first[i] as number) + (this.#first[i - 1] as number);
    }
    const next = this.#first.slice();
    this.#listed = new Int32Array(patterns.length);
    nodes.forEach((node, number) => {
      if (node === root) return;
      this.#listed[next[node] as number] = number;
      count(next, node);
    });
  }

  /** Fills `matching` and gives how many there are. */
  findMatching(text: string): number {
    this.#found = 0;
    for (const number of this.#always) this.#ask(number, text);
    const fours = this.#firstFours;
    const eights = this.#firstEights;
    const hasFours = !fours.isEmpty;
    const { bits, shift } = eights;
    let before = 0;
    let window = 0;
    for (let at = 0; at < text.length; at++) {
      before = (before << 8) | (window >>> 24);
      window = (window << 8) | (text.charCodeAt(at) & 0xff);
      const bit = mixPair(before, window) >>> shift;
      if ((((bits[bit >>> 5] as number) >>> (bit & 31)) & 1) === 1 && at >= 7 && eights.has(before, window)) {
        this.#descend(text, at - 7);
      }
      if (hasFours && at >= 3 && fours.has(0, window)) this.#descend(text, at - 3);
    }
    for (let i = 0; i < this.#askedCount; i++) this.#isAsked[this.#asked[i] as number] = 0;
    this.#askedCount = 0;
    return this.#found;
  }

  /** Asks the patterns that hang where the fours from `at` on lead. */
  #descend(text: string, at: number) {
    const first = this.#first;
    let node = root;
    for (let next = at; next + gramLength <= text.length; next += gramLength) {
      node = this.#child(node, gramAt(text, next));
      if (node === free) return;
      const to = first[node + 1] as number;
      for (let i = first[node] as number; i < to; i++) this.#ask(this.#listed[i] as number, text);
    }
  }

  #ask(number: number, text: string) {
    if (this.#isAsked[number] === 1) return;
    this.#isAsked[number] = 1;
    this.#asked[this.#askedCount++] = number;
    if (matchesPieces((this.#patterns[number] as CompiledPath).pieces, text)) this.matching[this.#found++] = number;
  }

  #child(node: number, gram: number): number {
    const edges = this.#edges;
    for (let slot = slotOf(node, gram) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const from = edges[2 * slot] as number;
      if (from === free) return free;
      if (from === node && edges[2 * slot + 1] === gram) return slot + 1;
    }
  }

  /** Adds the edges of an anchor that are not there yet; gives the node at their end. */
  #hang(anchor: readonly number[]): number {
    const [one, two] = anchor;
    if (one === undefined) return root;
    if (two === undefined) this.#firstFours.add(0, one);
    else this.#firstEights.add(one, two);
    let node = root;
    for (const gram of anchor) {
      const known = this.#child(node, gram);
      node = known === free ? this.#add(node, gram) : known;
    }
    return node;
  }

  #add(node: number, gram: number): number {
    let slot = slotOf(node, gram) & this.#mask;
    while (this.#edges[2 * slot] !== free) slot = (slot + 1) & this.#mask;
    this.#edges[2 * slot] = node;
    this.#edges[2 * slot + 1] = gram;
    return slot + 1;
  }
}

/**
 * Numbers of the patterns past those of their kind that an index takes; without them others may be chosen otherwise, so
 * whoever leaves them out asks again. Empty where `new PathIndex` takes all.
 */
export function findCrowded(patterns: readonly CompiledPath[]): readonly number[] {
  const counts = new Map<string, number>();
  return chooseAnchors(patterns).flatMap((anchor, number) => {
    const kind = anchor.join();
    const before = counts.get(kind) ?? 0;
    counts.set(kind, before + 1);
    return before < ruleLimits.alikePaths ? [] : [number];
  });
}

function refuseCrowding(counts: Int32Array, always: number) {
  const refuse = () => {
    throw new PolicyError(
      "RULE_REFUSED",
      "Too many path patterns are alike or too short: give them a longer part of their own.",
    );
  };
  if (always > ruleLimits.alikePaths) refuse();
  for (const number of counts) if (number > ruleLimits.alikePaths) refuse();
}

function count(column: Int32Array, at: number) {
  column[at] = (column[at] as number) + 1;
}

function slotOf(node: number, gram: number): number {
  const hash = Math.imul(gram ^ Math.imul(node, 0x85ebca6b), 0x9e3779b1);
  return hash ^ (hash >>> 15);
}
