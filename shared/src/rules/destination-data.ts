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
  /** By name: the numbers of the path patterns on that host, and an index of them where they are many. */
  readonly onHost: Grouped;
  readonly hostIndexes: ReadonlyMap<number, PathIndexData>;
  /** Patterns on any host. */
  readonly anywhere: Int32Array;
  readonly anywhereIndex: PathIndexData | undefined;
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
  const hosts = Array.from({ length: paths.length }, (_, path) => {
    const { host } = paths.at(path);
    return host === "" ? -1 : numberOf(host);
  });
  const all = hosts.map((_, path) => path);
  const onHost = groupNumbers(hosts, all, numbers.size);
  const anywhere = Int32Array.from(all.filter((path) => hosts[path] === -1));
  const layOut = (of: Int32Array) => (of.length <= fewPaths ? undefined : layOutPaths(pickPaths(paths, of)));
  const hostIndexes = new Map<number, PathIndexData>();
  for (let name = 0; name < numbers.size; name++) {
    const index = layOut(onHost.listed.subarray(onHost.first[name], onHost.first[name + 1]));
    if (index !== undefined) hostIndexes.set(name, index);
  }
  const names = [...numbers.keys()];
  return {
    names: names.join("\n"),
    hostIndex: layOutHosts(names),
    uses: groupNumbers(used, uses, numbers.size),
    onHost,
    hostIndexes,
    anywhere,
    anywhereIndex: layOut(anywhere),
  };
}
