import { keep } from "../frame/cache.ts";
import { Random } from "../frame/random.ts";
import { readLines } from "./read-lines.ts";

const syllables =
  "ba be bi bo bu ca ce co da de di do du fa fe fi fo ga go ha he hi ho ja ji jo ka ke ki ko la le li lo lu ma me mi mo mu na ne ni no nu pa pe pi po pu ra re ri ro ru sa se si so su ta te ti to tu va ve vi vo wa we wi xa ya yo za ze zo zu an en in on er ar or al el il st nd ck sh ng x-y 24 4u".split(
    " ",
  );
const endings =
  "com com com com com net org org info co.uk de fr nl ru cn com.br in jp it pl io app xyz online site shop top dev me eu".split(
    " ",
  );
const shared = "blogspot.com github.io herokuapp.com wordpress.com netlify.app web.app weebly.com pages.dev".split(" ");

/** A host as lists have them: some 18 characters, one in six under a host that many share. */
function drawHost(random: Random): string {
  let label = "";
  for (let left = 3 + random.below(5); left > 0; left--) label += random.pick(syllables);
  if (random.chance(20)) label += random.below(1_000);
  return random.chance(18) ? `${label}.${random.pick(shared)}` : `${label}.${random.pick(endings)}`;
}

const seed = 20_260_101;

/** Hosts of their like without end; some come twice. */
export function* drawHosts(from: number): Generator<string, never> {
  const random = new Random(from);
  while (true) yield drawHost(random);
}

export function take<T>(from: Iterator<T>, count: number): T[] {
  return Array.from({ length: count }, () => from.next().value as T);
}

/** A text file of so many different hosts, one a line. */
export function keepHosts(folder: string, count: number): string {
  return keep(folder, `hosts-${count}.txt`, [import.meta.filename], () => {
    const hosts = new Set<string>();
    for (const host of drawHosts(seed)) {
      hosts.add(host);
      if (hosts.size === count) break;
    }
    return `${[...hosts].join("\n")}\n`;
  }).path;
}

/** So many hosts to look up, of which so many in a hundred are listed, half of those with one more label in front. */
export function drawQueries(path: string, listed: number, count: number, missPercent: number): readonly string[] {
  const random = new Random(seed + missPercent);
  const wanted = new Map<number, string>();
  while (wanted.size < (count * (100 - missPercent)) / 100) wanted.set(random.below(listed), "");
  let line = 0;
  for (const host of readLines(path)) {
    if (wanted.has(line)) wanted.set(line, random.chance(50) ? `www.${host}` : host);
    line++;
  }
  const hits = [...wanted.values()];
  const queries: string[] = [];
  const others = drawHosts(seed + 77);
  for (let i = 0; i < count; i++) {
    const isHit = i % 100 >= missPercent && hits.length > 0;
    // A string of its own, as an address that was just taken apart gives it.
    queries.push(isHit ? (hits.pop() as string) : others.next().value);
  }
  return queries.map((host) => Buffer.from(host, "latin1").toString("latin1"));
}
