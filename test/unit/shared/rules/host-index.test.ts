import { HostIndex } from "@overt/shared/rules/host-index.ts";
import { localTime } from "@overt/shared/rules/hours.ts";
import { hashHost } from "@overt/shared/rules/lists/host-hash.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { host } from "./lists/support.ts";

describe("an index of host names", () => {
  const isAddress = (name: string) => /(^|\.)[0-9]+$/.test(name) || name.includes(":");
  const covers = (name: string, asked: string) => name === asked || (!isAddress(asked) && asked.endsWith(`.${name}`));

  test("finds every name that covers a host, the shortest first, whatever was asked before", () => {
    fc.assert(
      fc.property(fc.uniqueArray(host, { maxLength: 30 }), fc.array(host, { maxLength: 20 }), (names, asked) => {
        const index = new HostIndex(names);
        const other = new HostIndex(names.slice(1));
        for (const one of [...asked, ...names, ...names.map((name) => `deep.${name}`)]) {
          other.findCovering(one);
          const found = [...index.covering.subarray(0, index.findCovering(one))].map((number) => index.nameOf(number));
          expect([...index.reach.subarray(0, found.length)]).toEqual(found.map((name) => name.length));
          const right = names.filter((name) => covers(name, one)).sort((a, b) => a.length - b.length);
          expect([one, found]).toEqual([one, right]);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("takes hosts of thousands of labels", () => {
    const index = new HostIndex(["b.test", "test"]);
    expect(index.findCovering(`${"a.".repeat(5_000)}b.test`)).toBe(2);
  });

  test("names at most 128 that cover a host", () => {
    const names = Array.from({ length: 130 }, (_, n) => `${"a.".repeat(n)}test`);
    const index = new HostIndex(names);
    expect(index.findCovering(names[127] as string)).toBe(128);
    expect(index.findCovering(names[129] as string)).toBe(128);
    expect([...index.covering].map((number) => index.nameOf(number))).toEqual(names.slice(0, 128));
  });
});

test("the local time does not depend on what was asked before", () => {
  const zones = ["Europe/London", "Asia/Kathmandu", "America/St_Johns", "Australia/Lord_Howe"];
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(...zones), fc.integer({ min: 1_700_000_000, max: 1_700_000_400 }))),
      (asked) => {
        for (const [zone, at] of asked) {
          localTime("UTC", 0);
          const fresh = localTime(zone, at);
          localTime(zone, at + 61);
          localTime(zone, at);
          expect(localTime(zone, at)).toEqual(fresh);
        }
      },
    ),
    { numRuns: 100 },
  );
});

describe("hosts made to share a hash", () => {
  // Read from its end, this leads the hash back to where it began: whatever stands before it has the hash it has without it.
  const nothing = "aavxxq6k";
  const short = "a.test";
  const long = `${short}${nothing}`;
  const find = (names: readonly string[], host: string) => {
    const index = new HostIndex(names);
    return [...index.covering.subarray(0, index.findCovering(host))].map((number) => index.nameOf(number));
  };

  test("have it", () => expect(hashHost(long)).toBe(hashHost(short)));

  test("and a length are told apart by their letters", () => {
    const pairs = [
      ["lkjbqpzll.test", "kywspbbbj.test"],
      ["pgtkuidbr.test", "ierzarxeh.test"],
    ] as const;
    for (const [one, other] of pairs) {
      expect([hashHost(one), one.length]).toEqual([hashHost(other), other.length]);
      for (const names of [[one], [other], [one, other], [other, one]]) {
        expect(find(names, one)).toEqual(names.filter((name) => name === one));
        expect(find(names, `x.${other}`)).toEqual(names.filter((name) => name === other));
      }
    }
  });

  test("are not taken for one another, in whatever order they were named", () => {
    for (const names of [[long], [short], [short, long], [long, short], [short, nothing], [short, "x", nothing]]) {
      expect(find(names, short)).toEqual(names.filter((name) => name === short));
      expect(find(names, long)).toEqual(names.filter((name) => name === long));
    }
  });
});
