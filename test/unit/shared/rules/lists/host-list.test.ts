import { OvertError } from "@overt/shared/errors.ts";
import { compileHostList } from "@overt/shared/rules/lists/compile-list.ts";
import { type OpenListOptions, openHostList } from "@overt/shared/rules/lists/host-list.ts";
import { type ListFile, listFileOf } from "@overt/shared/rules/lists/list-file.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findInSet, host, key, makeHosts, sha256 } from "./support.ts";

const numRuns = Math.min(Number(process.env["PROPERTY_RUNS"] ?? 500), 20_000);
const open = (bytes: Uint8Array, options: OpenListOptions = {}) =>
  openHostList(listFileOf(bytes), { sha256, ...options });

const kinds: readonly [string, OpenListOptions][] = [
  ["a list read on demand", {}],
  ["a list in memory", { inMemory: true }],
  ["a keyed list read on demand", { key }],
  ["a keyed list in memory", { key, inMemory: true }],
];

describe.each(kinds)("%s", (_, options) => {
  const compile = (hosts: Iterable<string>) => compileHostList(hosts, { key: options.key, sha256 }).bytes;

  test("answers as a set of its hosts that is asked for each suffix", () => {
    fc.assert(
      fc.property(fc.array(host, { maxLength: 40 }), fc.array(host, { maxLength: 40 }), (listed, asked) => {
        const set = new Set(listed);
        const list = open(compile(listed), options);
        expect(list.entries).toBe(set.size);
        for (const name of [...listed, ...asked, ...listed.map((name) => `deep.${name}`)]) {
          expect([name, list.findCovering(name)]).toEqual([name, findInSet(set, name)]);
        }
      }),
      { numRuns },
    );
  });

  test("holds what it was compiled of and nothing else, over many blocks", () => {
    const hosts = makeHosts(20_000);
    const set = new Set(hosts);
    const list = open(compile(hosts), options);
    for (const name of hosts) expect(list.findCovering(name)).toBe(findInSet(set, name));
    let wrong = 0;
    for (const name of makeHosts(20_000, 2)) if (list.findCovering(name) !== findInSet(set, name)) wrong++;
    expect(wrong).toBe(0);
  });

  test("has the same bytes whatever the order of its hosts and however often each is there", () => {
    fc.assert(
      fc.property(fc.array(host, { maxLength: 60 }), fc.infiniteStream(fc.nat()), (hosts, numbers) => {
        const other = [...hosts, ...hosts.slice(0, 7)]
          .map((name) => [name, numbers.next().value as number] as const)
          .sort((a, b) => a[1] - b[1])
          .map(([name]) => name);
        expect(compile(other)).toEqual(compile(hosts));
      }),
      { numRuns: Math.min(numRuns, 200) },
    );
  });

  test("refuses every flipped bit before it could change an answer", () => {
    const hosts = makeHosts(900);
    const bytes = compile(hosts);
    const set = new Set(hosts);
    // All bits of the head; from there on one of seven, so that no byte is left out.
    const step = process.env["FULL"] === undefined ? 7 : 1;
    const front = 128;
    let tried = 0;
    let refused = 0;
    for (let bit = 0; bit < bytes.length * 8; bit += bit < front * 8 ? 1 : step) {
      tried++;
      const at = bit >> 3;
      bytes[at] = (bytes[at] as number) ^ (1 << (bit & 7));
      if (isRefused(() => checkAll(open(bytes, options), hosts, set))) refused++;
      bytes[at] = (bytes[at] as number) ^ (1 << (bit & 7));
    }
    expect(refused).toBe(tried);
    expect(tried).toBeGreaterThan(10_000);
  });

  test("refuses what is cut short or goes on", () => {
    const bytes = compile(makeHosts(900));
    for (let length = 0; length < bytes.length; length += 61) {
      expect(() => open(bytes.slice(0, length), options)).toThrow(OvertError);
    }
    const longer = new Uint8Array(bytes.length + 1);
    longer.set(bytes);
    expect(() => open(longer, options)).toThrow(expect.objectContaining({ code: "BAD_SCHEMA" }));
  });

  test("never crashes on bytes that are no list", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (noise) => {
        const bytes = new Uint8Array(Math.max(noise.length, 128));
        bytes.set(compile([]).subarray(0, 128));
        bytes.set(noise);
        if (!noise.every((byte, i) => byte === compile([])[i])) expect(() => open(bytes, options)).toThrow(OvertError);
      }),
      { numRuns: Math.min(numRuns, 300) },
    );
  });
});

/** One answer is enough where the damage is in a block: it is refused by whichever look-up meets it first. */
function checkAll(list: ReturnType<typeof open>, hosts: readonly string[], set: ReadonlySet<string>) {
  for (const name of hosts) {
    if (list.findCovering(name) !== findInSet(set, name)) throw new Error("an answer changed");
  }
}

function isRefused(attempt: () => void): boolean {
  try {
    attempt();
    return false;
  } catch (error) {
    if (error instanceof OvertError) return true;
    throw error;
  }
}

describe("keys of sensitive lists", () => {
  const keyed = compileHostList(["a.test"], { key }).bytes;
  const other = key.map((byte) => byte ^ 1);

  test.each<[string, Uint8Array, Uint8Array | undefined, string]>([
    ["no key", keyed, undefined, "MISSING_LIST"],
    ["another key", keyed, other, "BAD_KEY"],
  ])("%s is refused", (_, bytes, given, code) => {
    expect(() => open(bytes, { key: given })).toThrow(expect.objectContaining({ code }));
  });

  test("two keys give lists that have no word of their entries in common", () => {
    const words = (bytes: Uint8Array) => new Set(new Int32Array(bytes.buffer.slice(4096)));
    const one = words(compileHostList(makeHosts(300), { key }).bytes);
    const two = words(compileHostList(makeHosts(300), { key: other }).bytes);
    expect([...one].filter((word) => two.has(word))).toEqual([0]);
  });
});

describe("what is no host in comparison form", () => {
  test.each([
    "",
    ".",
    "a.",
    ".a",
    "a..b",
    "A.test",
    "a b.test",
    "http://a.test",
    "ä.test",
    "a.test/",
    "[::1]",
    "x".repeat(64),
    `${"a.".repeat(127)}`,
  ])("%j is refused, and said to be the second", (name) => {
    expect(() => compileHostList(["a.test", name])).toThrow(
      expect.objectContaining({ code: "BAD_SCHEMA", message: expect.stringContaining("Number 2") }),
    );
  });
});

test("a look-up that misses reads no block", () => {
  const hosts = makeHosts(2_000);
  const bytes = compileHostList(hosts).bytes;
  const file = listFileOf(bytes);
  let reads = 0;
  const read: ListFile["read"] = (at, into) => {
    reads++;
    file.read(at, into);
  };
  const list = openHostList({ size: file.size, read });
  reads = 0;
  for (const name of makeHosts(2_000, 3)) list.findCovering(name);
  // One false alarm of the filter in 256 is what it costs; each reads one block at most.
  expect(reads).toBeLessThan(60);
});
