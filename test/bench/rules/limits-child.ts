import { readSuffixes } from "@overt/shared/rules/host-suffixes.ts";
import { median } from "../frame/race.ts";
import { Random } from "../frame/random.ts";
import { drawHosts, take } from "./hosts-input.ts";
import { makeNavigation } from "./navigation-input.ts";
import { cut, makeCorpus } from "./terms-input.ts";

/** What the machine and the platform take for the least that each kind of work needs, in nanoseconds for one piece of it. */
const hosts = take(drawHosts(3), 100_000).map((host) => Buffer.from(host, "latin1").toString("latin1"));
const { urls } = makeNavigation(1_000, 1_000, 20_000);
const flat = urls.map((url) => Buffer.from(url, "latin1").toString("latin1"));
const texts = cut(makeCorpus("ascii", 1_000, 1_000_000).text, 10_000, "ascii");
const units = texts.reduce((sum, text) => sum + text.length, 0);

let sink = 0;
const time = (pieces: number, run: () => number) => {
  const rounds: number[] = [];
  for (let round = 0; round < 11; round++) {
    const from = performance.now();
    sink += run();
    if (round > 1) rounds.push(((performance.now() - from) * 1e6) / pieces);
  }
  return median(rounds);
};

/** A walk through memory in which each place is known from the one before only. */
function makeWalk(bytes: number): () => number {
  const size = bytes / 4;
  const next = Int32Array.from({ length: size }, (_, i) => i);
  const random = new Random(1);
  // One cycle through all places (Sattolo).
  for (let i = size - 1; i > 0; i--) {
    const j = random.below(i);
    const held = next[i] as number;
    next[i] = next[j] as number;
    next[j] = held;
  }
  let at = 0;
  return () => {
    for (let i = 0; i < 1_000_000; i++) at = next[at] as number;
    return at;
  };
}

console.log(
  JSON.stringify({
    hashSuffixes: time(hosts.length, () => {
      let sum = 0;
      for (let i = 0; i < hosts.length; i++) {
        const { count, hash } = readSuffixes(hosts[i] as string);
        for (let n = 0; n < count; n++) sum ^= hash[n] as number;
      }
      return sum;
    }),
    load6: time(1_000_000, makeWalk(6 * 2 ** 20)),
    load60: time(1_000_000, makeWalk(60 * 2 ** 20)),
    parseUrl: time(flat.length, () => {
      let sum = 0;
      for (let i = 0; i < flat.length; i++) sum += URL.parse(flat[i] as string)?.hostname.length ?? 0;
      return sum;
    }),
    readUnits: time(units, () => {
      let sum = 0;
      for (const text of texts) for (let at = 0; at < text.length; at++) sum ^= text.charCodeAt(at);
      return sum;
    }),
    foldUnits: time(units, () => {
      let sum = 0;
      for (const text of texts) sum += text.normalize("NFKC").toLowerCase().length;
      return sum;
    }),
    sink: sink & 1,
  }),
);
