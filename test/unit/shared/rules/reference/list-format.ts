import { createHash } from "node:crypto";
import { blake2s } from "@noble/hashes/blake2.js";

/** A second writer of binary lists, made from SPEC.md 10.8 alone: slow and obvious. */
export function writeList(hosts: readonly string[], key?: Uint8Array): Buffer {
  const listed = [...new Set(hosts)];
  const digest = (host: string) => Buffer.from(blake2s(Buffer.from(host, "ascii"), key === undefined ? {} : { key }));
  const entries = [...new Set(listed.map((host) => digest(host).subarray(0, 12).toString("hex")))]
    .map((hex) => Buffer.from(hex, "hex"))
    .sort((a, b) => word(a, 0) - word(b, 0) || word(a, 1) - word(b, 1) || word(a, 2) - word(b, 2));
  const blocks: Buffer[] = [];
  for (let at = 0; at < entries.length; at += 341) {
    blocks.push(Buffer.concat([...entries.slice(at, at + 341), Buffer.alloc(4096)], 4096));
  }
  const hashes = [...new Set(listed.map((host) => (key === undefined ? backwards(host) : word(digest(host), 1))))];
  const filter = makeFilter(hashes);
  const front = Buffer.concat([
    ...blocks.map(sha256),
    ...blocks.map((block) => block.subarray(0, 4)),
    Buffer.from(filter.table),
  ]);
  const padded = Buffer.concat([front, Buffer.alloc((4096 - ((128 + front.length) % 4096)) % 4096)]);
  const names = listed.filter((host) => !/(^|\.)[0-9]+$/.test(host) && !host.includes(":"));
  const labels = names.map((host) => host.split(".").length);
  const head = Buffer.alloc(128);
  head.write("OVERTHL1", "ascii");
  const numbers = [
    key === undefined ? 0 : 1,
    entries.length,
    names.length === 0 ? 1 : Math.min(...labels),
    names.length === 0 ? 0 : Math.max(...labels),
    filter.seed,
    filter.bits,
    filter.segments,
  ];
  for (const [i, number] of numbers.entries()) head.writeUInt32LE(number, 8 + 4 * i);
  if (key !== undefined) Buffer.from(blake2s(Buffer.from("overt host list key"), { key })).copy(head, 48, 0, 16);
  sha256(padded).copy(head, 64);
  sha256(head.subarray(0, 96)).copy(head, 96);
  return Buffer.concat([head, padded, ...blocks]);
}

const word = (bytes: Buffer, i: number) => bytes.readUInt32LE(4 * i);
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest();

function backwards(host: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(host, "ascii").reverse()) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

function mix(hash: number): number {
  let h = hash >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b) >>> 0;
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35) >>> 0;
  return (h ^ (h >>> 16)) >>> 0;
}

type Filter = { readonly seed: number; readonly bits: number; readonly segments: number; readonly table: Uint8Array };
const golden = 0x9e3779b9;

function makeFilter(hashes: readonly number[]): Filter {
  const k = hashes.length;
  if (k === 0) return { seed: 0, bits: 0, segments: 0, table: new Uint8Array(0) };
  const steps = [3, 8, 27, 91, 303, 1009, 3360, 11189, 37259, 124072, 413160, 1375824, 4581493];
  const bits = 2 + steps.filter((step) => step <= k).length;
  for (let segments = Math.max(1, ((k + (k >>> 3)) >>> bits) - 1); ; segments++) {
    for (let seed = 0; seed < 8; seed++) {
      const table = solve(hashes, seed, bits, segments);
      if (table !== undefined) return { seed, bits, segments, table };
    }
  }
}

function solve(hashes: readonly number[], seed: number, bits: number, segments: number): Uint8Array | undefined {
  const size = 2 ** bits;
  const places = new Map(
    hashes.map((hash) => {
      const x = mix((hash ^ seed) >>> 0);
      const y = mix((x + golden) >>> 0);
      const base = Math.floor(((x >>> 16) * segments) / 65_536) * size;
      const cells = [base + (x % size), base + size + (y % size), base + 2 * size + ((y >>> 16) % size)];
      return [hash, { cells, print: Math.imul(x ^ y, golden) >>> 24 }] as const;
    }),
  );
  const users = Array.from({ length: (segments + 2) * size }, () => new Set<number>());
  for (const [hash, { cells }] of places) for (const cell of cells) users[cell]?.add(hash);
  if (users.some((set) => set.size > 63)) return undefined;
  const stack = users.flatMap((set, cell) => (set.size === 1 ? [cell] : []));
  const noted: { readonly hash: number; readonly cell: number }[] = [];
  for (let cell = stack.pop(); cell !== undefined; cell = stack.pop()) {
    const [hash, ...others] = users[cell] ?? [];
    if (hash === undefined || others.length > 0) continue;
    noted.push({ hash, cell });
    for (const own of places.get(hash)?.cells ?? []) {
      users[own]?.delete(hash);
      if (users[own]?.size === 1) stack.push(own);
    }
  }
  if (noted.length < hashes.length) return undefined;
  const table = new Uint8Array(users.length);
  for (const { hash, cell } of noted.reverse()) {
    const { cells, print } = places.get(hash) as { cells: number[]; print: number };
    table[cell] = cells.reduce((sum, own) => (own === cell ? sum : sum ^ (table[own] as number)), print);
  }
  return table;
}
