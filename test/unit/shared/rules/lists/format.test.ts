import { sha256Hex } from "@overt/shared/crypto/hash.ts";
import { OvertError } from "@overt/shared/errors.ts";
import { checkHostList } from "@overt/shared/rules/lists/check-list.ts";
import { compileHostList } from "@overt/shared/rules/lists/compile-list.ts";
import { openHostList } from "@overt/shared/rules/lists/host-list.ts";
import { listFileOf } from "@overt/shared/rules/lists/list-file.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { writeList } from "../reference/list-format.ts";
import { host, key, makeHosts, sha256 } from "./support.ts";

const numRuns = Math.min(Number(process.env["PROPERTY_RUNS"] ?? 150), 20_000);
const compile = (hosts: readonly string[], listKey?: Uint8Array) =>
  Buffer.from(compileHostList(hosts, { key: listKey, sha256 }).bytes);

describe("the format as SPEC.md 10.8 describes it", () => {
  test("gives the same bytes from another writer", () => {
    fc.assert(
      fc.property(fc.array(host, { maxLength: 50 }), fc.boolean(), (hosts, keyed) => {
        const listKey = keyed ? key : undefined;
        expect(compile(hosts, listKey).equals(writeList(hosts, listKey))).toBe(true);
      }),
      { numRuns },
    );
  });

  test.each([
    ["nothing", []],
    ["addresses only", ["10.0.0.1", "::1"]],
    ["one block to its end", makeHosts(341)],
    ["one entry more", makeHosts(342)],
    ["many blocks", makeHosts(6_000)],
  ])("also of %s", (_, hosts) => {
    expect(compile(hosts).equals(writeList(hosts))).toBe(true);
    expect(compile(hosts, key).equals(writeList(hosts, key))).toBe(true);
  });

  test("gives these bytes on every machine", () => {
    const hosts = makeHosts(40_000);
    expect(sha256Hex(compile(hosts))).toBe("cb3173e0cff9ee77f5fb329a9c0bc63f13485b842d6c8224fc5e13889e42705f");
    expect(sha256Hex(compile([...hosts, ...hosts.slice(0, 99)].reverse(), key))).toBe(
      "9f92173de6e334a79776f926fc36111fd26da64f9cb4aeef0491cf4cd020bb68",
    );
  });
});

describe("a head that hashes right", () => {
  const good = compile(makeHosts(400));
  /** The list with a word of its head changed and everything that is hashed hashed anew. */
  const withWord = (offset: number, value: number) => {
    const bytes = Buffer.from(good);
    bytes.writeUInt32LE(value >>> 0, offset);
    Buffer.from(sha256(bytes.subarray(0, 96))).copy(bytes, 96);
    return bytes;
  };

  test.each([
    ["another version", 4, 0x324c4854],
    ["an unknown flag", 8, 2],
    ["a key that the list does not have", 8, 1],
    ["one entry fewer than its blocks", 12, 341],
    ["more entries than a list may have", 12, 10_000_001],
    ["no entries and a filter", 12, 0],
    ["names of no labels", 16, 0],
    ["names of more labels than there can be", 20, 128],
    ["a filter of longer segments", 28, 17],
    ["a filter of more segments", 32, 4_097],
    ["a filter larger than the file has room for", 32, 4_000],
    ["something where nothing may be", 36, 1],
    ["something where nothing may be, further on", 44, 1],
    ["a key check without a key", 48, 1],
  ])("and says %s is refused", (_, offset, value) => {
    expect(() => openHostList(listFileOf(withWord(offset, value)), { sha256, key })).toThrow(OvertError);
  });

  test("and changes nothing but its seed finds nothing that it should not", () => {
    // The seed is no matter of form: who signs a wrong one signs a list that misses hosts, and never one that invents them.
    const list = openHostList(listFileOf(withWord(24, 5)), { sha256 });
    expect(makeHosts(400, 2).filter((name) => list.findCovering(name) > 0)).toEqual([]);
  });
});

test("a signer's check refuses any bit flipped anywhere in a large list", () => {
  const bytes = compile(makeHosts(60_000));
  checkHostList(bytes, sha256);
  fc.assert(
    fc.property(fc.nat(bytes.length * 8 - 1), (bit) => {
      bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      try {
        expect(() => checkHostList(bytes, sha256)).toThrow(OvertError);
      } finally {
        bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      }
    }),
    { numRuns },
  );
});
