import { type Grouped, groupNumbers } from "./grouped.ts";
import { type HostIndexData, layOutHosts } from "./host-index.ts";
import type { HostMatcher } from "./matchers.ts";
import { layOutPaths, type PathIndexData } from "./path-index.ts";
import { type PathTable, pickPaths } from "./path-table.ts";

/** Where a rule speaks of hosts and paths. */
export type DestinationMatcher = {
  readonly hosts?: HostMatcher | undefined;
  readonly paths?: readonly string[] | undefined;
};

/** From so many patterns on one host an index is worth its room. */
const fewPaths = 8;

/** What is worked out from the hosts and paths of all rules; it can be kept, and goes with these rules only. */
export type DestinationData = {
  /** Every host that a rule names, one a line. */
  readonly names: string;
  readonly hostIndex: HostIndexData;
  /** By name: `rule * 2`, and 1 more where the rule names the host as one that it does not mean. */
  readonly uses: Grouped;
  /** By name: the numbers of the path patterns on that host; those on any host are a last group. */
  readonly paths: Grouped;
  /** The `opening` of each pattern, in the order of `paths.listed`: most need not be looked at themselves. */
  readonly openings: Int32Array;
  /** By name: an index of the patterns of a group that are many. */
  readonly pathIndexes: ReadonlyMap<number, PathIndexData>;
};

/** Throws RULE_REFUSED where too many paths are alike. */
export function layOutDestinations(
  matchers: readonly (DestinationMatcher | undefined)[],
  paths: PathTable,
): DestinationData {
  const numbers = new Map<string, number>();
  const numberOf = (name: string) => {
    const known = numbers.get(name);
    if (known !== undefined) return known;
    numbers.set(name, numbers.size);
    return numbers.size - 1;
  };
  const used: number[] = [];
  const uses: number[] = [];
  const use = (name: string, code: number) => {
    used.push(numberOf(name));
    uses.push(code);
  };
  matchers.forEach((matcher, rule) => {
    for (const name of matcher?.hosts?.names ?? []) use(name, rule * 2);
    for (const name of matcher?.hosts?.unless ?? []) use(name, rule * 2 + 1);
  });
  const hosts = Array.from({ length: paths.length }, (_, path) => paths.at(path).host);
  for (const host of hosts) if (host !== "") numberOf(host);
  const grouped = groupNumbers(
    hosts.map((host) => (host === "" ? numbers.size : numberOf(host))),
    numbers.size + 1,
  );
  const pathIndexes = new Map<number, PathIndexData>();
  for (let name = 0; name <= numbers.size; name++) {
    const own = grouped.listed.subarray(grouped.first[name], grouped.first[name + 1]);
    if (own.length > fewPaths) pathIndexes.set(name, layOutPaths(pickPaths(paths, own)));
  }
  const names = [...numbers.keys()];
  return {
    names: names.join("\n"),
    hostIndex: layOutHosts(names),
    uses: groupNumbers(used, numbers.size, uses),
    paths: grouped,
    openings: grouped.listed.map((path) => paths.at(path).opening),
    pathIndexes,
  };
}
