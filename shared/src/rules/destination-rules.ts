import type { Destination } from "./destination.ts";
import { type DestinationData, type DestinationMatcher, layOutDestinations } from "./destination-data.ts";
import { HostIndex } from "./host-index.ts";
import type { HostCover } from "./hosts.ts";
import { PathIndex } from "./path-index.ts";
import { PathTable, pickPaths } from "./path-table.ts";
import { type CompiledPath, gramAt, matchesPieces } from "./paths.ts";

const none = -1;

/**
 * The hosts and paths of all rules. `find` marks every rule that the address satisfies; the marks stand until the next
 * call. An address that satisfies none costs one pass over the host, one question to each list and one pass over the
 * path, and allocates nothing.
 */
export class DestinationRules {
  readonly #data: DestinationData;
  readonly #index: HostIndex;
  readonly #paths: PathTable;
  readonly #pathIndexes: ReadonlyMap<number, PathIndex>;
  /** The group of patterns on any host. */
  readonly #anywhere: number;
  readonly #lists: readonly { readonly cover: HostCover; readonly rules: readonly number[] }[];
  readonly #hostReach: Int16Array;
  readonly #unlessReach: Int16Array;
  readonly #pathReach: Int16Array;
  readonly #path: (CompiledPath | undefined)[];
  readonly #isTouched: Uint8Array;
  /** Numbers of the rules that the last address touched. */
  readonly touched: Int32Array;
  #count = 0;

  /** `kept` is the `data` of the same matchers, worked out before. */
  constructor(
    matchers: readonly (DestinationMatcher | undefined)[],
    openList: (id: string) => HostCover,
    kept?: DestinationData,
  ) {
    const paths = new PathTable(matchers.map((matcher) => matcher?.paths ?? []));
    const data = kept ?? layOutDestinations(matchers, paths);
    this.#paths = paths;
    this.#data = data;
    const names = data.names === "" ? [] : data.names.split("\n");
    this.#index = new HostIndex(names, data.hostIndex);
    this.#anywhere = names.length;
    this.#pathIndexes = new Map(
      [...data.pathIndexes].map(([name, index]) => {
        const numbers = data.paths.listed.subarray(data.paths.first[name], data.paths.first[name + 1]);
        return [name, new PathIndex(pickPaths(paths, numbers), index)];
      }),
    );
    this.#lists = groupLists(matchers).map(([id, rules]) => ({ cover: openList(id), rules }));
    this.#hostReach = new Int16Array(matchers.length);
    this.#unlessReach = new Int16Array(matchers.length);
    this.#pathReach = new Int16Array(matchers.length).fill(none);
    this.#path = new Array<CompiledPath | undefined>(matchers.length).fill(undefined);
    this.#isTouched = new Uint8Array(matchers.length);
    this.touched = new Int32Array(matchers.length);
  }

  /** What was worked out, to be kept. */
  get data(): DestinationData {
    return this.#data;
  }

  /** How many rules the address touches; not all of them are satisfied: ask `reachOf`. */
  find(destination: Destination): number {
    this.#forget();
    const { host, pathAndQuery } = destination;
    const { uses } = this.#data;
    const covering = this.#index.findCovering(host);
    for (let i = 0; i < covering; i++) {
      const number = this.#index.covering[i] as number;
      const reach = this.#index.reach[i] as number;
      // The shortest name comes first, so the longest is what stays.
      const to = uses.first[number + 1] as number;
      for (let use = uses.first[number] as number; use < to; use++) {
        const code = uses.listed[use] as number;
        this.#touch(code >> 1);
        if ((code & 1) === 0) this.#hostReach[code >> 1] = reach;
        else this.#unlessReach[code >> 1] = reach;
      }
      this.#findPaths(number, pathAndQuery, reach);
    }
    for (const { cover, rules } of this.#lists) {
      const reach = cover.findCovering(host);
      if (reach === 0) continue;
      for (const rule of rules) {
        this.#touch(rule);
        this.#hostReach[rule] = Math.max(reach, this.#hostReach[rule] as number);
      }
    }
    this.#findPaths(this.#anywhere, pathAndQuery, 0);
    return this.#count;
  }

  /** Characters of the host that the rule's most specific host covers; 0 for a path on any host; -1 where the rule is not satisfied. */
  reachOf(rule: number): number {
    return Math.max(this.#pathReach[rule] as number, this.#reachByHost(rule));
  }

  /** The path pattern by which the rule is satisfied; undefined where its host alone reaches further. */
  pathOf(rule: number): CompiledPath | undefined {
    return (this.#pathReach[rule] as number) >= this.#reachByHost(rule) ? this.#path[rule] : undefined;
  }

  /** True where a host of the rule covers the address and one of its `unless` hosts is at least as specific. */
  isExcepted(rule: number): boolean {
    const reach = this.#hostReach[rule] as number;
    return reach > 0 && (this.#unlessReach[rule] as number) >= reach;
  }

  #reachByHost(rule: number): number {
    const reach = this.#hostReach[rule] as number;
    return (this.#unlessReach[rule] as number) < reach ? reach : none;
  }

  /** The patterns of a group, one by one where they have no index. */
  #findPaths(group: number, text: string, reach: number) {
    const { paths, openings } = this.#data;
    const { first, listed } = paths;
    const from = first[group] as number;
    const to = first[group + 1] as number;
    if (from === to) return;
    const index = this.#pathIndexes.get(group);
    if (index !== undefined) {
      const found = index.findMatching(text);
      for (let i = 0; i < found; i++) this.#markPath(listed[from + (index.matching[i] as number)] as number, reach);
      return;
    }
    const opening = gramAt(text, 0);
    for (let i = from; i < to; i++) {
      if (openings[i] !== 0 && openings[i] !== opening) continue;
      const number = listed[i] as number;
      if (matchesPieces(this.#paths.at(number).pieces, text)) this.#markPath(number, reach);
    }
  }

  #markPath(number: number, reach: number) {
    const path = this.#paths.at(number);
    const rule = this.#paths.ruleOf(number);
    this.#touch(rule);
    const known = this.#pathReach[rule] as number;
    // Of two patterns on one host the name in the match must not depend on the order in which they were found.
    if (reach < known || (reach === known && (this.#path[rule] as CompiledPath).source < path.source)) return;
    this.#pathReach[rule] = reach;
    this.#path[rule] = path;
  }

  #touch(rule: number) {
    if (this.#isTouched[rule] === 1) return;
    this.#isTouched[rule] = 1;
    this.touched[this.#count++] = rule;
  }

  #forget() {
    for (let i = 0; i < this.#count; i++) {
      const rule = this.touched[i] as number;
      this.#hostReach[rule] = 0;
      this.#unlessReach[rule] = 0;
      this.#pathReach[rule] = none;
      this.#path[rule] = undefined;
      this.#isTouched[rule] = 0;
    }
    this.#count = 0;
  }
}

/** Each list with the rules that name it. */
function groupLists(matchers: readonly (DestinationMatcher | undefined)[]): [string, number[]][] {
  const lists = new Map<string, number[]>();
  matchers.forEach((matcher, rule) => {
    for (const id of matcher?.hosts?.lists ?? []) {
      const known = lists.get(id);
      if (known === undefined) lists.set(id, [rule]);
      else known.push(rule);
    }
  });
  return [...lists];
}
