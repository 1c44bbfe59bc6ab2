import { createHash } from "node:crypto";
import fc from "fast-check";

export const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash("sha256").update(bytes).digest());
export const key = Uint8Array.from({ length: 32 }, (_, i) => i * 5 + 1);

const label = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom("a", "b", "www", "shop", "xn--80ak6aa92e", "com", "test", "co", "uk", "a-b", "_dmarc"),
  },
  { weight: 2, arbitrary: fc.stringMatching(/^[a-z0-9_-]{0,62}[a-z]$/) },
);
/** Hosts that often lie under one another. */
export const host = fc
  .oneof(
    { weight: 9, arbitrary: fc.array(label, { minLength: 1, maxLength: 6 }).map((labels) => labels.join(".")) },
    { weight: 1, arbitrary: fc.constantFrom("10.0.0.1", "0.0.1", "192.168.1.10", "2001:db8::1", "::1", "fe80::a.b") },
  )
  .filter((name) => name !== "fe80::a.b" && name.length <= 253);

/** The obvious way: a set, asked for each suffix. */
export function findInSet(hosts: ReadonlySet<string>, name: string): number {
  const isAddress = /(^|\.)[0-9]+$/.test(name) || name.includes(":");
  for (let rest = name; ; ) {
    if (hosts.has(rest)) return rest.length;
    const dot = rest.indexOf(".");
    if (dot < 0 || isAddress) return 0;
    rest = rest.slice(dot + 1);
  }
}

export function makeHosts(count: number, seed = 1): string[] {
  let state = seed;
  const draw = (n: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  const letters = (n: number) => Array.from({ length: n }, () => "abcdefghijklmnopqrstuvwxyz"[draw(26)]).join("");
  return Array.from({ length: count }, () => `${letters(4 + draw(9))}.${["com", "test", "co.uk", "org"][draw(4)]}`);
}
