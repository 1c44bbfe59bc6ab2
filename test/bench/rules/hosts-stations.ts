import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { keptPath } from "../frame/cache.ts";
import type { MakeStation, Station } from "../frame/station.ts";
import { drawQueries } from "./hosts-input.ts";
import { readLines } from "./read-lines.ts";

/** Where a station finds its inputs: `hosts` is the text file and `list` our binary one. */
export type HostsArgs = {
  readonly folder: string;
  readonly hosts: string;
  readonly list: string;
  readonly entries: number;
  readonly queries: number;
};

type Question = readonly string[];

const missShares = [90, 99] as const;

/** `isListed` answers one host. `run` asks all of one share's queries; `ask("use 99")` changes the share. */
function makeStation(args: HostsArgs, prepare: Station["prepare"], isListed: (host: string) => boolean): Station {
  const queries = new Map<number, Question>(
    missShares.map((share) => [share, drawQueries(args.hosts, args.entries, args.queries, share)]),
  );
  let used = queries.get(90) as Question;
  return {
    prepare,
    run() {
      let found = 0;
      for (let i = 0; i < used.length; i++) if (isListed(used[i] as string)) found++;
      return found;
    },
    ask(question) {
      if (question.startsWith("use ")) {
        used = queries.get(Number(question.slice(4))) as Question;
        return null;
      }
      return used.map((host) => (isListed(host) ? "1" : "0")).join("");
    },
  };
}

async function makeOurs(args: HostsArgs, inMemory: boolean): Promise<Station> {
  const { openListFile } = await import("@overt/agent/platform/tuf/list-file.ts");
  const { nativeSha256 } = await import("@overt/agent/platform/tuf/published-lists.ts");
  const { openHostList } = await import("@overt/shared/rules/lists/host-list.ts");
  let list: import("@overt/shared/rules/lists/host-list.ts").HostList;
  return makeStation(
    args,
    () => {
      list = openHostList(openListFile(args.list), { sha256: nativeSha256, inMemory });
    },
    (host) => list.findCovering(host) > 0,
  );
}

function makeSet(args: HostsArgs): Station {
  let set: Set<string>;
  return makeStation(
    args,
    () => {
      set = new Set(readLines(args.hosts));
    },
    (host) => {
      for (let rest = host; ; ) {
        if (set.has(rest)) return true;
        const dot = rest.indexOf(".");
        if (dot < 0) return false;
        rest = rest.slice(dot + 1);
      }
    },
  );
}

type Ghostery = {
  FiltersEngine: {
    parse(filters: string, options: object): GhosteryEngine;
    deserialize(bytes: Uint8Array): GhosteryEngine;
  };
  Request: { fromRawDetails(details: object): object };
};
type GhosteryEngine = { serialize(): Uint8Array; match(request: object): { match: boolean } };

async function makeGhostery(args: HostsArgs): Promise<Station> {
  const name: string = "@ghostery/adblocker";
  const { FiltersEngine, Request } = (await import(name)) as Ghostery;
  const kept = keptPath(args.folder, `hosts-${args.entries}.ghostery`, [args.hosts]);
  if (!existsSync(kept)) {
    const filters = [...readLines(args.hosts)].map((host) => `||${host}^`).join("\n");
    writeFileSync(kept, FiltersEngine.parse(filters, { loadCosmeticFilters: false }).serialize());
  }
  let engine: GhosteryEngine;
  return makeStation(
    args,
    () => {
      engine = FiltersEngine.deserialize(readFileSync(kept));
    },
    (host) => engine.match(Request.fromRawDetails({ url: `https://${host}/`, type: "script" })).match,
  );
}

type Trie = {
  createTrieFromIterable(hosts: Iterable<string>): number;
  setNeedle(host: string): Trie;
  matches(trie: number): number;
  optimize(): void;
  toSelfie(): { buf32: Uint32Array; checksum: number };
  fromSelfie(selfie: object): boolean;
};

async function makeUblock(args: HostsArgs): Promise<Station> {
  const name: string = "@gorhill/ubo-core/js/hntrie.js";
  const { default: Container } = (await import(name)) as { default: new () => Trie };
  const kept = keptPath(args.folder, `hosts-${args.entries}.ubo`, [args.hosts]);
  if (!existsSync(kept)) {
    const building = new Container();
    const root = building.createTrieFromIterable(readLines(args.hosts));
    building.optimize();
    const { buf32, checksum } = building.toSelfie();
    writeFileSync(kept, Buffer.from(buf32.buffer, buf32.byteOffset, buf32.byteLength));
    writeFileSync(`${kept}.json`, JSON.stringify({ root, checksum }));
  }
  const { root, checksum } = JSON.parse(readFileSync(`${kept}.json`, "utf8")) as { root: number; checksum: number };
  const trie = new Container();
  return makeStation(
    args,
    () => {
      const bytes = readFileSync(kept);
      const buf32 = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
      if (!trie.fromSelfie({ buf32, checksum })) throw new Error("ubo-core does not take back what it wrote");
    },
    (host) => trie.setNeedle(host).matches(root) >= 0,
  );
}

const station = (make: (args: HostsArgs) => Station | Promise<Station>): MakeStation => make as unknown as MakeStation;

export const stations: Readonly<Record<string, MakeStation>> = {
  "ours, entries on disk": station((args) => makeOurs(args, false)),
  "ours, entries in RAM": station((args) => makeOurs(args, true)),
  "Set, suffix walk": station(makeSet),
  "@ghostery/adblocker": station(makeGhostery),
  "@gorhill/ubo-core": station(makeUblock),
};
