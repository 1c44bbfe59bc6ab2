import { createHash } from "node:crypto";
import { compileHostList } from "@overt/shared/rules/lists/compile-list.ts";
import { type OpenListOptions, openHostList } from "@overt/shared/rules/lists/host-list.ts";
import { listFileOf } from "@overt/shared/rules/lists/list-file.ts";
import { describe, expect, test } from "vitest";
import { key, makeHosts, sha256 } from "./support.ts";

const blockBytes = 4096;
const hosts = makeHosts(6_000);
const made = compileHostList(hosts, { sha256 }).bytes;
const entries = new DataView(made.buffer).getUint32(12, true);
const blocks = Math.ceil(entries / 341);
const body = made.length - blocks * blockBytes;

/** A list over bytes that can be damaged and mended, and everything that was asked of it. */
function watch(bytes: Uint8Array, options: OpenListOptions = {}) {
  const file = listFileOf(bytes);
  const seen = { reads: [] as number[], hashed: 0, discarded: 0 };
  const open = () =>
    openHostList(
      {
        size: file.size,
        read(at, into) {
          seen.reads.push(at);
          file.read(at, into);
        },
        discard: () => seen.discarded++,
      },
      {
        ...options,
        sha256(part) {
          if (part.length === blockBytes) seen.hashed++;
          return sha256(part);
        },
      },
    );
  return { seen, open };
}

describe("what is asked of the file", () => {
  test("opening a list reads no block, and a look-up reads its own, once for a host that is asked again", () => {
    const { seen, open } = watch(made);
    const list = open();
    expect(seen.reads.every((at) => at < body)).toBe(true);
    for (const host of hosts.slice(0, 200)) {
      seen.reads = [];
      for (let again = 0; again < 3; again++) expect(list.findCovering(`www.${host}`)).toBe(host.length);
      expect(seen.reads.length).toBeLessThanOrEqual(1);
      expect(seen.reads.every((at) => at >= body && (at - body) % blockBytes === 0)).toBe(true);
    }
  });

  test("a host that is not listed costs one block where the filter lets it pass, and else nothing", () => {
    const { seen, open } = watch(made);
    const list = open();
    let most = 0;
    for (const host of makeHosts(3_000, 9).filter((name) => !hosts.includes(name))) {
      seen.reads = [];
      list.findCovering(host);
      most = Math.max(most, seen.reads.length);
    }
    expect(most).toBe(1);
  });

  test("a list in memory is read whole at its opening, and never again", () => {
    const { seen, open } = watch(made, { inMemory: true });
    const list = open();
    seen.reads = [];
    for (const host of hosts) expect(list.findCovering(host)).toBe(host.length);
    expect(seen.reads).toEqual([]);
  });

  test.each([false, true])("each block is hashed once, however often it is asked (in memory: %s)", (inMemory) => {
    const { seen, open } = watch(made, { inMemory });
    const list = open();
    expect(seen.hashed).toBe(0);
    for (let round = 0; round < 3; round++) for (const host of hosts) list.findCovering(host);
    expect(seen.hashed).toBe(blocks);
  });
});

describe("damage", () => {
  const damaged = (at: number) => {
    const bytes = made.slice();
    bytes[at] = (bytes[at] as number) ^ 1;
    return bytes;
  };

  test.each([false, true])(
    "in a block is said at each look-up that needs it, until it is mended (in memory: %s)",
    (inMemory) => {
      const bytes = damaged(made.length - blockBytes);
      const { seen, open } = watch(bytes, { inMemory });
      const list = open();
      const errors = () =>
        hosts.filter((host) => {
          try {
            return list.findCovering(host) !== host.length;
          } catch (error) {
            expect(error).toMatchObject({ code: "STORE_CORRUPT", message: expect.stringMatching(/damaged/) });
            return true;
          }
        });
      const first = errors();
      expect(first.length).toBe(entries - (blocks - 1) * 341);
      expect(errors()).toEqual(first);
      if (inMemory) return;
      // Told so each time: the file is fetched anew, and what is fetched is believed after it was hashed.
      expect(seen.discarded).toBe(2 * first.length);
      bytes.set(made);
      expect(errors()).toEqual([]);
    },
  );

  test.each([
    ["the head", 12, "HASH_MISMATCH", 1],
    ["the hash of a block", 130, "HASH_MISMATCH", 1],
    ["the filter", 128 + 36 * blocks + 9, "HASH_MISMATCH", 1],
    ["what says which format it is", 3, "BAD_SCHEMA", 0],
  ])("in %s is said at the opening, and a list that is damaged is fetched anew", (_, at, code, discarded) => {
    const { seen, open } = watch(damaged(at));
    expect(open).toThrow(expect.objectContaining({ code, message: expect.stringMatching(/list/) }));
    expect(seen.discarded).toBe(discarded);
  });

  test("is not what a missing or a wrong key is: the file stays", () => {
    const keyed = compileHostList(hosts, { sha256, key }).bytes;
    for (const [given, code] of [
      [undefined, "MISSING_LIST"],
      [key.map((byte) => byte ^ 1), "BAD_KEY"],
    ] as const) {
      const { seen, open } = watch(keyed, { key: given });
      expect(open).toThrow(expect.objectContaining({ code, message: expect.stringMatching(/key/) }));
      expect(seen.discarded).toBe(0);
    }
  });

  test.each([0, 1, 127, 128, made.length - 1])("a file of %s bytes is no list of this kind, and stays", (length) => {
    const { seen, open } = watch(made.slice(0, length));
    expect(open).toThrow(expect.objectContaining({ code: "BAD_SCHEMA", message: expect.stringMatching(/list/) }));
    expect(seen.discarded).toBe(0);
  });
});

describe("an answer is exact", () => {
  const hash = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest();
  const word = (value: number) => value >>> 0;

  /** Answers of a list of four whose entries are made of those of "listed.test", everything that is hashed hashed anew. */
  function findAmong(makeEntries: (first: number, second: number, third: number) => readonly (readonly number[])[]) {
    const bytes = Buffer.from(compileHostList(["listed.test", "b.test", "c.test", "d.test"], { sha256 }).bytes);
    const block = bytes.length - blockBytes;
    const own = Buffer.from(compileHostList(["listed.test"], { sha256 }).bytes).subarray(-blockBytes);
    const entries = makeEntries(own.readUInt32LE(0), own.readUInt32LE(4), own.readUInt32LE(8));
    for (const [i, value] of entries.flat().entries()) bytes.writeUInt32LE(word(value), block + 4 * i);
    bytes.copy(bytes, 128 + 32, block, block + 4);
    hash(bytes.subarray(block)).copy(bytes, 128);
    hash(bytes.subarray(128, block)).copy(bytes, 64);
    hash(bytes.subarray(0, 96)).copy(bytes, 96);
    return openHostList(listFileOf(bytes), { sha256 }).findCovering("listed.test");
  }

  test.each([0, 1, 2, 3])("it is found among entries of the same first word, at place %s", (place) => {
    const found = findAmong((first, second, third) =>
      [0, 1, 2, 3].map((at) => [first, second + at - place, at === place ? third : 5]),
    );
    expect(found).toBe("listed.test".length);
  });

  test.each([0, 1, 2])("entries that differ from it in word %s alone are other hosts'", (changed) => {
    const found = findAmong((first, second, third) =>
      [-2, -1, 1, 2].map((by) => [first, second, third].map((value, i) => (i === changed ? value + by : value))),
    );
    expect(found).toBe(0);
  });
});
