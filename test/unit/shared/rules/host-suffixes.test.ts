import { readSuffixes } from "@overt/shared/rules/host-suffixes.ts";
import { hashHost } from "@overt/shared/rules/lists/host-hash.ts";
import fc from "fast-check";
import { expect, test, vi } from "vitest";

const runs = Math.min(100_000, Number(process.env["PROPERTY_RUNS"] ?? 1_000));

/** What the index reads, written out: `[suffix, hash]`, the shortest first. */
function read(host: string): [string, number][] {
  const { count, start, hash } = readSuffixes(host);
  return Array.from({ length: count }, (_, i) => [host.slice(start[i]), hash[i] as number]);
}

function expected(host: string, isAddress: boolean): [string, number][] {
  const labels = host.split(".");
  const suffixes = isAddress ? [host] : labels.map((_, i) => labels.slice(labels.length - 1 - i).join("."));
  return suffixes.map((suffix) => [suffix, hashHost(suffix)]);
}

const label = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,20}[a-z0-9]$/);
const name = fc.array(label, { minLength: 1, maxLength: 30 }).map((labels) => [...labels, "test"].join("."));
const address = fc.oneof(fc.ipV4(), fc.ipV6());

test("a name has one suffix for each label, an address has itself, whatever was read before", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(name, address), { minLength: 1, maxLength: 4 }), (hosts) => {
      // The last again: what is held is given out again.
      for (const host of [...hosts, hosts.at(-1) as string]) {
        expect(read(host)).toEqual(expected(host, /^[0-9.]+$|:/.test(host)));
      }
    }),
    { numRuns: runs },
  );
});

test.each([1, 2, 127, 128, 129, 253, 1_000])("a host of %d labels", (count) => {
  const host = Array.from({ length: count }, (_, i) => (i === 0 ? "xyz" : "a")).join(".");
  expect(read(host)).toEqual(expected(host, false));
  expect(read("b.test")).toEqual(expected("b.test", false));
});

test("a host is read once however many ask, and no room is made where there is enough", () => {
  const { start, hash } = readSuffixes("a.test");
  const read = vi.spyOn(String.prototype, "charCodeAt");
  readSuffixes("a.test");
  expect(read).not.toHaveBeenCalled();
  read.mockRestore();
  for (const host of ["b.test", `${"a".repeat(start.length - 5)}.test`]) {
    expect(readSuffixes(host).start).toBe(start);
    expect(readSuffixes(host).hash).toBe(hash);
  }
});
