import { parseDestination } from "@overt/shared/rules/destination.ts";
import { DestinationRules } from "@overt/shared/rules/destination-rules.ts";
import { buildHostCover } from "@overt/shared/rules/hosts.ts";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { type Address, covers, reachOfHosts, reachOfPath, readAddress } from "./reference/addresses.ts";

const numRuns = Math.min(Math.ceil(Number(process.env["PROPERTY_RUNS"] ?? 10_000) / 20), 20_000);

const lists: Record<string, readonly string[]> = { l1: ["b.a.test", "d.test"], l2: ["test", "c.b.a.test"] };
type Matcher = {
  readonly hosts?: { readonly names: string[]; readonly lists: string[]; readonly unless?: string[] };
  readonly paths?: string[];
};
const open = (matchers: readonly (Matcher | undefined)[]) => {
  const openList = (id: string) => buildHostCover(lists[id] as readonly string[]);
  const rules = new DestinationRules(matchers, openList);
  const kept = structuredClone(rules.data);
  const again = new DestinationRules(matchers, openList, kept);
  expect(again.data).toBe(kept);
  expect(kept).toEqual(expect.objectContaining({ names: expect.any(String) }));
  return [rules, again];
};

/** What each rule is told of the address. */
const tell = (rules: DestinationRules, url: string, count: number) => {
  const touched = [...rules.touched.subarray(0, rules.find(parseDestination(url)))];
  expect(new Set(touched).size).toBe(touched.length);
  return Array.from({ length: count }, (_, rule) => ({
    ...{ touched: touched.includes(rule), reach: rules.reachOf(rule) },
    ...{ path: rules.pathOf(rule)?.source, excepted: rules.isExcepted(rule) },
  }));
};
const tellSlowly = (matcher: Matcher | undefined, url: string) => {
  const address = readAddress(url) as Address;
  const { names = [], lists: ids = [], unless = [] } = matcher?.hosts ?? {};
  const isMeant = [...names, ...ids.flatMap((id) => lists[id] ?? [])].some((name) => covers(name, address.host));
  const isExcluded = unless.some((name) => covers(name, address.host));
  const byHost = reachOfHosts({ names, lists: ids, unless }, lists, address.host);
  const [best] = (matcher?.paths ?? [])
    .flatMap((source) => {
      const reach = reachOfPath(source, address);
      return reach === undefined ? [] : [{ source, reach }];
    })
    .sort((a, b) => b.reach - a.reach || (a.source < b.source ? -1 : 1));
  return {
    touched: isMeant || isExcluded || best !== undefined,
    reach: Math.max(best?.reach ?? -1, byHost === 0 ? -1 : byHost),
    path: best !== undefined && best.reach >= byHost ? best.source : undefined,
    excepted: isMeant && byHost === 0,
  };
};

const name = fc.constantFrom("test", "a.test", "b.a.test", "c.b.a.test", "d.test", "10.0.0.1");
const hosts = fc
  .record({
    names: fc.uniqueArray(name, { maxLength: 3 }),
    lists: fc.uniqueArray(fc.constantFrom("l1", "l2"), { maxLength: 2 }),
    unless: fc.uniqueArray(name, { maxLength: 2 }),
  })
  .filter((one) => one.names.length + one.lists.length > 0);
const path = fc
  .tuple(
    fc.constantFrom("*", "*", "test", "a.test", "b.a.test", "10.0.0.1"),
    fc.array(fc.constantFrom("*", "chat", "/chat", "/room", "/", "?x=1", "live", "%2a"), { maxLength: 4 }),
  )
  .map(([host, pieces]) => `${host}/${pieces.join("")}`);
const few = fc.array(path, { minLength: 1, maxLength: 3 });
/** So many on one host that they are looked up, where few are asked one by one. */
const many = fc.array(path, { minLength: 12, maxLength: 24 });
const matcher = fc.oneof(
  { weight: 1, arbitrary: fc.constant(undefined) },
  {
    weight: 6,
    arbitrary: fc.record({ hosts, paths: fc.oneof({ weight: 5, arbitrary: few }, many) }, { requiredKeys: [] }),
  },
);
const address = fc
  .tuple(
    fc.constantFrom("a.test", "b.a.test", "www.c.b.a.test", "d.test", "10.0.0.1", "other.org"),
    fc.constantFrom("", "chat", "chat/room", "chat/room?x=1", "room/chat/live", "live", "a*chat", "?x=1"),
  )
  .map(([host, rest]) => `https://${host}/${rest}`);

describe("the hosts and paths of all rules", () => {
  test("are told of one address after another as each rule is by itself", () => {
    let told = 0;
    fc.assert(
      fc.property(
        fc.array(matcher, { maxLength: 10 }),
        fc.array(address, { minLength: 1, maxLength: 8 }),
        (matchers, urls) => {
          for (const rules of open(matchers)) {
            for (const url of urls) {
              const right = matchers.map((one) => tellSlowly(one, url));
              expect([url, tell(rules, url, matchers.length)]).toEqual([url, right]);
              told += right.filter(({ touched }) => touched).length;
            }
          }
        },
      ),
      { numRuns },
    );
    expect(told).toBeGreaterThan(numRuns);
  });

  test.each([1, 8, 9, 40])("are told apart by %i paths on one host", (count) => {
    const patterns = Array.from({ length: count }, (_, i) => ({ paths: [`a.test/page-${i}/*`, `*/any-${i}/*`] }));
    for (const rules of open([undefined, ...patterns, undefined])) {
      for (let i = 0; i < count; i++) {
        const alone = (url: string) =>
          tell(rules, url, count + 2).flatMap(({ touched }, rule) => (touched ? [rule] : []));
        expect(alone(`https://www.a.test/page-${i}/x`)).toEqual([i + 1]);
        expect(alone(`https://b.test/any-${i}/x`)).toEqual([i + 1]);
        expect(alone(`https://b.test/page-${i}/x`)).toEqual([]);
      }
    }
  });

  test.each([
    [1_000, "a.test/page-#x/*"],
    [1_000, "*/*page-#x/*"],
    // Few are asked in their order; what they begin with is compared as one number.
    [8, "a.test/#-page/*"],
  ])("are compared with the one path that could match, and with no other of %i like %s", (count, pattern) => {
    const paths = Array.from({ length: count }, (_, i) => pattern.replace("#", String(i)));
    const address = parseDestination(`https://a.test/${count > 8 ? "page-77x" : "7-page"}/y`);
    for (const rules of open([{ paths }])) {
      expect(rules.find(address)).toBe(1);
      const begins = vi.spyOn(String.prototype, "startsWith");
      rules.find(address);
      expect(begins).toHaveBeenCalledOnce();
      begins.mockRestore();
    }
  });
});
