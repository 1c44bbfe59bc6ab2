import { PolicyError } from "../errors.ts";
import { groupNumbers } from "./grouped.ts";
import { ruleLimits } from "./limits.ts";
import { bitsOf, mixPair, PairFilter } from "./pair-filter.ts";
import { chooseAnchors } from "./path-anchors.ts";
import type { PathSource } from "./path-table.ts";
import { type CompiledPath, gramAt, gramLength, matchesPieces } from "./paths.ts";

/** The node of patterns that have no four; no edge leaves it. */
const root = 0;
const none = -1;
/** Of an edge's first word: where it leads patterns hang; it is the first of an anchor. */
const isListed = 1 << 31;
const isFirst = 1 << 30;

/** What is worked out from the patterns; it can be kept, and goes with these patterns only. */
export type PathIndexData = {
  /**
   * Edges by hash, two words each, zeros where there is none: the node they leave, and the four they take. The first edge
   * of an anchor takes its first eight: the hash of all stands for a node, and the last four are what it takes. The node an
   * edge leads to is its place + 1.
   */
  readonly edges: Int32Array;
  /** Of the fours and eights that anchors begin with: how many, and the words of their filter. */
  readonly fours: { readonly count: number; readonly words: Int32Array };
  readonly eights: { readonly count: number; readonly words: Int32Array };
  /** The patterns of node n are `listed[first[n]] .. listed[first[n + 1]]`. */
  readonly first: Int32Array;
  readonly listed: Int32Array;
  /** Patterns that are asked about every text. */
  readonly always: Int32Array;
};

/**
 * Path patterns by up to sixteen characters in a row that a matching text must hold, eight, then four by four: a tree whose
 * edges are kept in one hash table. Each pattern hangs where its rarest characters lead. A text costs a word of a small table
 * for each of its characters, and more only where the first eight (of a short pattern, four) of some pattern stand.
 * Patterns with no four are asked one by one, and there may be few of them. No pattern is asked twice about one text.
 */
export class PathIndex {
  readonly #patterns: PathSource;
  readonly #firstFours: PairFilter;
  readonly #firstEights: PairFilter;
  readonly #edges: Int32Array;
  readonly #first: Int32Array;
  readonly #listed: Int32Array;
  readonly #always: Int32Array;
  readonly #isAsked: Uint8Array;
  readonly #asked: Int32Array;
  #askedCount = 0;
  #found = 0;
  /** Numbers of the patterns that match the last text asked for. */
  readonly matching: Int32Array;

  constructor(patterns: PathSource, data: PathIndexData = layOutPaths(patterns)) {
    this.#patterns = patterns;
    this.#isAsked = new Uint8Array(patterns.length);
    this.#asked = new Int32Array(patterns.length);
    this.matching = new Int32Array(patterns.length);
    this.#edges = data.edges;
    this.#firstFours = new PairFilter(data.fours.count, data.fours.words);
    this.#firstEights = new PairFilter(data.eights.count, data.eights.words);
    this.#first = data.first;
    this.#listed = data.listed;
    this.#always = data.always;
  }

  /** Fills `matching` and gives how many there are. */
  findMatching(text: string): number {
    this.#found = 0;
    for (const number of this.#always) this.#ask(number, text);
    const fours = this.#firstFours;
    const eights = this.#firstEights;
    const hasFours = !fours.isEmpty;
    const { words, shift } = eights;
    let before = 0;
    let window = 0;
    for (let at = 0; at < text.length; at++) {
      before = (before << 8) | (window >>> 24);
      window = (window << 8) | (text.charCodeAt(at) & 0xff);
      const hash = mixPair(before, window);
      const bits = bitsOf(hash, shift);
      // Before that many characters were read nothing begins; a look-up without the question takes a tenth longer.
      if (((words[hash >>> shift] as number) & bits) === bits && at >= 7) this.#descend(text, at + 1, hash, window);
      if (hasFours && at >= 3 && fours.has(0, window)) this.#descend(text, at + 1, mixPair(0, window), window);
    }
    for (let i = 0; i < this.#askedCount; i++) this.#isAsked[this.#asked[i] as number] = 0;
    this.#askedCount = 0;
    return this.#found;
  }

  /** Asks the patterns that hang where characters of this hash, the last four of them `gram`, and the fours from `next` on lead. */
  #descend(text: string, next: number, hash: number, gram: number) {
    const edges = this.#edges;
    const first = this.#first;
    let slot = findEdge(edges, startOf(hash), gram);
    for (let at = next; slot !== none; at += gramLength) {
      const node = slot + 1;
      // Most nodes have none, and where a node's patterns begin is one more place in memory.
      if ((edges[2 * slot] as number) < 0) {
        const to = first[node + 1] as number;
        for (let i = first[node] as number; i < to; i++) this.#ask(this.#listed[i] as number, text);
      }
      // To read behind the last character gives none, but takes the compiled code of reading any away.
      if (at + gramLength > text.length) return;
      slot = findEdge(edges, node, gramAt(text, at));
    }
  }

  #ask(number: number, text: string) {
    if (this.#isAsked[number] === 1) return;
    this.#isAsked[number] = 1;
    this.#asked[this.#askedCount++] = number;
    if (matchesPieces((this.#patterns.at(number) as CompiledPath).pieces, text)) this.matching[this.#found++] = number;
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

/** The tree of a set of patterns, for `PathIndex`. Throws RULE_REFUSED where too many are alike. */
export function layOutPaths(patterns: PathSource): PathIndexData {
  const anchors = chooseAnchors(Array.from({ length: patterns.length }, (_, i) => patterns.at(i) as CompiledPath));
  let most = 0;
  let short = 0;
  let long = 0;
  for (const { length } of anchors) {
    most += Math.max(1, length - 1);
    if (length === 1) short++;
    else if (length > 1) long++;
  }
  const size = 2 ** Math.ceil(Math.log2(Math.max(16, most * 2)));
  const edges = new Int32Array(size * 2);
  const firstFours = new PairFilter(short);
  const firstEights = new PairFilter(long);
  const nodes = anchors.map(([one, two, ...rest]) => {
    if (one === undefined) return root;
    if (two === undefined) firstFours.add(0, one);
    else firstEights.add(one, two);
    return two === undefined ? hang(edges, 0, one, []) : hang(edges, one, two, rest);
  });
  const { first, listed } = groupNumbers(nodes, size + 1);
  refuseCrowding(first);
  return {
    edges,
    fours: { count: short, words: firstFours.words },
    eights: { count: long, words: firstEights.words },
    first,
    listed,
    always: listed.slice(first[root], first[root + 1]),
  };
}

/** Adds the edges of an anchor that are not there yet, its first two fours being one of them; gives the node at their end. */
function hang(edges: Int32Array, one: number, two: number, rest: readonly number[]): number {
  let slot = findOrAdd(edges, startOf(mixPair(one, two)), two);
  for (const gram of rest) slot = findOrAdd(edges, slot + 1, gram);
  edges[2 * slot] = (edges[2 * slot] as number) | isListed;
  return slot + 1;
}

function findOrAdd(edges: Int32Array, node: number, gram: number): number {
  const known = findEdge(edges, node, gram);
  return known === none ? addEdge(edges, node, gram) : known;
}

function findEdge(edges: Int32Array, node: number, gram: number): number {
  const mask = edges.length / 2 - 1;
  for (let slot = slotOf(node, gram) & mask; ; slot = (slot + 1) & mask) {
    const from = edges[2 * slot] as number;
    if (from === 0) return none;
    if ((from & ~isListed) === node && edges[2 * slot + 1] === gram) return slot;
  }
}

function addEdge(edges: Int32Array, node: number, gram: number): number {
  const mask = edges.length / 2 - 1;
  let slot = slotOf(node, gram) & mask;
  while (edges[2 * slot] !== 0) slot = (slot + 1) & mask;
  edges[2 * slot] = node;
  edges[2 * slot + 1] = gram;
  return slot;
}

/** What stands for the node that first edges of this hash leave; two that share it share edges, and their patterns are asked alike. */
function startOf(hash: number): number {
  return (hash & (isFirst - 1)) | isFirst;
}

function refuseCrowding(first: Int32Array) {
  for (let node = 1; node < first.length; node++) {
    if ((first[node] as number) - (first[node - 1] as number) <= ruleLimits.alikePaths) continue;
    throw new PolicyError(
      "RULE_REFUSED",
      "Too many path patterns are alike or too short: give them a longer part of their own.",
    );
  }
}

function slotOf(node: number, gram: number): number {
  const hash = Math.imul(gram ^ Math.imul(node, 0x85ebca6b), 0x9e3779b1);
  return hash ^ (hash >>> 15);
}
