import type { Destination } from "./destination.ts";
import { HostIndex } from "./host-index.ts";
import type { HostCover } from "./hosts.ts";
import type { HostMatcher } from "./matchers.ts";
import { PathIndex } from "./path-index.ts";
import { type CompiledPath, compilePath, gramAt, matchesPieces } from "./paths.ts";

/** Where a rule speaks of hosts and paths. */
export type DestinationMatcher = {
  readonly hosts?: HostMatcher | undefined;
  readonly paths?: readonly string[] | undefined;
};

type NameUse = { readonly rule: number; readonly role: "hosts" | "unless" };
type PathUse = CompiledPath & { readonly rule: number };
type OnHost = {
  readonly few: readonly PathUse[];
  readonly many: PathIndex | undefined;
  readonly uses: readonly PathUse[];
};

/** From so many patterns on one host an index is worth its room. */
const fewPaths = 8;
const none = -1;

/**
 * The hosts and paths of all rules. `find` marks every rule that the address satisfies; the marks stand until the next
 * call. An address that satisfies none costs one pass over the host, one question to each list and one pass over the
 * path, and allocates nothing.
 */
export class DestinationRules {
  readonly #index: HostIndex;
  readonly #names: readonly (readonly NameUse[])[];
  readonly #onHost: readonly (OnHost | undefined)[];
  readonly #anywhere: OnHost;
  readonly #lists: readonly { readonly cover: HostCover; readonly rules: readonly number[] }[];
  readonly #hostReach: Int16Array;
  readonly #unlessReach: Int16Array;
  readonly #pathReach: Int16Array;
  readonly #path: (CompiledPath | undefined)[];
  readonly #isTouched: Uint8Array;
  /** Numbers of the rules that the last address touched. */
  readonly touched: Int32Array;
  #count = 0;

  constructor(matchers: readonly (DestinationMatcher | undefined)[], openList: (id: string) => HostCover) {
    const names = new Map<string, { uses: NameUse[]; paths: PathUse[] }>();
    const named = (name: string) => {
      const known = names.get(name) ?? { uses: [], paths: [] };
      names.set(name, known);
      return known;
    };
    const anywhere: PathUse[] = [];
    const lists = new Map<string, number[]>();
    matchers.forEach((matcher, rule) => {
      for (const name of matcher?.hosts?.names ?? []) named(name).uses.push({ rule, role: "hosts" });
      for (const name of matcher?.hosts?.unless ?? []) named(name).uses.push({ rule, role: "unless" });
      for (const id of matcher?.hosts?.lists ?? []) lists.set(id, [...(lists.get(id) ?? []), rule]);
      for (const source of matcher?.paths ?? []) {
        const path = { ...compilePath(source), rule };
        if (path.host === "") anywhere.push(path);
        else named(path.host).paths.push(path);
      }
    });
    this.#index = new HostIndex([...names.keys()]);
    this.#names = [...names.values()].map(({ uses }) => uses);
    this.#onHost = [...names.values()].map(({ paths }) => (paths.length === 0 ? undefined : arrange(paths)));
    this.#anywhere = arrange(anywhere);
    this.#lists = [...lists].map(([id, rules]) => ({ cover: openList(id), rules }));
    this.#hostReach = new Int16Array(matchers.length);
    this.#unlessReach = new Int16Array(matchers.length);
    this.#pathReach = new Int16Array(matchers.length).fill(none);
    this.#path = new Array<CompiledPath | undefined>(matchers.length).fill(undefined);
    this.#isTouched = new Uint8Array(matchers.length);
    this.touched = new Int32Array(matchers.length);
  }

  /** How many rules the address touches; not all of them are satisfied: ask `reachOf`. */
  find(destination: Destination): number {
    this.#forget();
    const { host, pathAndQuery } = destination;
    const covering = this.#index.findCovering(host);
    for (let i = 0; i < covering; i++) {
      const number = this.#index.covering[i] as number;
      const reach = this.#index.nameOf(number).length;
      // The shortest name comes first, so the longest is what stays.
      for (const { rule, role } of this.#names[number] as readonly NameUse[]) {
        this.#touch(rule);
        if (role === "hosts") this.#hostReach[rule] = reach;
        else this.#unlessReach[rule] = reach;
      }
      const paths = this.#onHost[number];
      if (paths !== undefined) this.#findPaths(paths, pathAndQuery, reach);
    }
    for (const { cover, rules } of this.#lists) {
      const reach = cover.findCovering(host);
      if (reach === 0) continue;
      for (const rule of rules) {
        this.#touch(rule);
        if (reach > (this.#hostReach[rule] as number)) this.#hostReach[rule] = reach;
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
    return reach > 0 && (this.#unlessReach[rule] as number) < reach ? reach : none;
  }

  #findPaths({ few, many, uses }: OnHost, text: string, reach: number) {
    const opening = gramAt(text, 0);
    for (let i = 0; i < few.length; i++) {
      const path = few[i] as PathUse;
      const differs = path.opening !== 0 && path.opening !== opening;
      if (!differs && matchesPieces(path.pieces, text)) this.#markPath(path, reach);
    }
    if (many === undefined) return;
    const found = many.findMatching(text);
    for (let i = 0; i < found; i++) this.#markPath(uses[many.matching[i] as number] as PathUse, reach);
  }

  #markPath(path: PathUse, reach: number) {
    const { rule } = path;
    this.#touch(rule);
    const before = this.#path[rule];
    const better = reach > (this.#pathReach[rule] as number);
    // Of two patterns on one host the name in the match must not depend on the order in which they were found.
    if (!better && before !== undefined && (reach < (this.#pathReach[rule] as number) || before.source <= path.source))
      return;
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

function arrange(uses: readonly PathUse[]): OnHost {
  return uses.length <= fewPaths ? { few: uses, many: undefined, uses } : { few: [], many: new PathIndex(uses), uses };
}
