import { nativeSha256 } from "@overt/agent/platform/tuf/published-lists.ts";
import { compileRules } from "@overt/shared/rules/compile.ts";
import { parseDestination } from "@overt/shared/rules/destination.ts";
import { findObstacle, type GateInput, passGate } from "@overt/shared/rules/gate.ts";
import { localTime } from "@overt/shared/rules/hours.ts";
import { compileHostList } from "@overt/shared/rules/lists/compile-list.ts";
import { openHostList } from "@overt/shared/rules/lists/host-list.ts";
import { listFileOf } from "@overt/shared/rules/lists/list-file.ts";
import { buildProtectedHosts } from "@overt/shared/rules/protected-hosts.ts";
import { quantile } from "../frame/race.ts";
import type { MakeStation, Station } from "../frame/station.ts";
import { adblockLines, makeNavigation, makeRuleSet, type Navigation } from "./navigation-input.ts";

export type NavigationArgs = {
  readonly hosts: number;
  readonly paths: number;
  readonly urls: number;
  readonly rules: number;
};

/** `decide` is true where the address would be acted on. */
type Decider = { prepare(input: Navigation): void | Promise<void>; decide(url: string): boolean };

function makeStation(args: NavigationArgs, { prepare, decide }: Decider): Station {
  const input = makeNavigation(args.hosts, args.paths, args.urls);
  const urls = input.urls.map((url) => Buffer.from(url, "latin1").toString("latin1"));
  return {
    prepare: () => prepare(input),
    run() {
      let found = 0;
      for (let i = 0; i < urls.length; i++) if (decide(urls[i] as string)) found++;
      return found;
    },
    ask(question) {
      if (question === "answers") return urls.map((url) => (decide(url) ? "1" : "0")).join("");
      // Each decision by itself, in microseconds.
      const times = new Float64Array(urls.length);
      for (let i = 0; i < urls.length; i++) {
        const from = performance.now();
        decide(urls[i] as string);
        times[i] = (performance.now() - from) * 1_000;
      }
      const each = [...times];
      return {
        median: quantile(each, 0.5),
        p99: quantile(each, 0.99),
        mean: each.reduce((a, b) => a + b, 0) / each.length,
      };
    },
  };
}

const at = 1_700_000_100;
const clause = {
  clauseId: "c1",
  signals: ["navigation", "search"],
  categories: ["test-category"],
  maxEvidence: 2,
} as const;
const standing = {
  rulesExpire: at + 86_400,
  order: {
    notBefore: at - 9,
    notAfter: at + 86_400,
    clauses: [clause],
    timeZone: "Europe/London",
    offlineGraceSeconds: 9,
  },
  orderHash: "o",
  orderState: "in-force",
  confirmedUntil: at + 86_400,
  acknowledgement: { outcome: "acknowledged", countersigned: true, orderHash: "o" },
  permitUntil: at + 86_400,
  account: { current: "a", covered: "a" },
} as const;

/** The whole way an address takes on a device, from the URL to the gate's verdict; a second passes between two. */
function makeOurs(args: NavigationArgs): Station {
  let engine: ReturnType<typeof compileRules>;
  let isProtected: (host: string) => boolean;
  let asked = 0;
  return makeStation(args, {
    prepare(input) {
      const { bytes, entries } = compileHostList(input.hosts, { sha256: nativeSha256 });
      const list = openHostList(listFileOf(bytes), { sha256: nativeSha256 });
      const reference = { id: "hosts", target: "lists/hosts.bin", sha256: "0".repeat(64), entries, sensitive: false };
      engine = compileRules(makeRuleSet(input, args.rules, reference), {
        openList: () => list,
        openPublished: () => list,
      });
      isProtected = buildProtectedHosts(
        Array.from({ length: 200 }, (_, i) => `solicitor${i}.example`),
        [],
      );
    },
    decide(url) {
      const now = at + (asked++ % 40_000);
      const facts = { ...standing, now };
      if (findObstacle(facts) !== undefined) return false;
      const destination = parseDestination(url);
      if (isProtected(destination.host)) return false;
      const observation = {
        signal: "navigation",
        destination,
        cause: "user-navigation",
        channel: "extension",
      } as const;
      for (const { rule, signal, host } of engine.match(observation, localTime("Europe/London", now))) {
        const asked = { signals: [signal], category: rule.category, evidence: rule.evidence };
        const input: GateInput = { ...facts, rule: asked, host, isProtected, localTime };
        if (passGate(input).pass) return true;
      }
      return false;
    },
  });
}

type Ghostery = {
  FiltersEngine: { parse(filters: string, options: object): { match(request: object): { match: boolean } } };
  Request: { fromRawDetails(details: object): object };
};

async function makeGhostery(args: NavigationArgs): Promise<Station> {
  const name: string = "@ghostery/adblocker";
  const { FiltersEngine, Request } = (await import(name)) as Ghostery;
  let engine: ReturnType<Ghostery["FiltersEngine"]["parse"]>;
  return makeStation(args, {
    prepare(input) {
      engine = FiltersEngine.parse(adblockLines(input), { loadCosmeticFilters: false });
    },
    decide: (url) => engine.match(Request.fromRawDetails({ url, sourceUrl: "https://a.test/", type: "script" })).match,
  });
}

type Ublock = {
  StaticNetFilteringEngine: {
    create(): Promise<{
      useLists(lists: readonly object[]): Promise<void>;
      matchRequest(details: object): number;
    }>;
  };
};

async function makeUblock(args: NavigationArgs): Promise<Station> {
  const name: string = "@gorhill/ubo-core";
  const { StaticNetFilteringEngine } = (await import(name)) as Ublock;
  const engine = await StaticNetFilteringEngine.create();
  return makeStation(args, {
    prepare: (input) => engine.useLists([{ name: "bench", raw: adblockLines(input) }]),
    decide: (url) => engine.matchRequest({ originURL: "https://a.test/", url, type: "script" }) === 1,
  });
}

const station = (make: (args: NavigationArgs) => Station | Promise<Station>): MakeStation =>
  make as unknown as MakeStation;

export const stations: Readonly<Record<string, MakeStation>> = {
  ours: station(makeOurs),
  "@ghostery/adblocker": station(makeGhostery),
  "@gorhill/ubo-core": station(makeUblock),
};
