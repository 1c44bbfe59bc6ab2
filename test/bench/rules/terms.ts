import { join } from "node:path";
import type { Bench, BenchContext } from "../frame/bench.ts";
import { hasRe2 } from "../frame/peers.ts";
import { median, requireRaced } from "../frame/race.ts";
import { boundRow, compareRow, type Row, wrongRow } from "../frame/row.ts";
import { type OpenStation, openStation, raceStations } from "../frame/station.ts";
import type { Script } from "./terms-input.ts";

const module = join(import.meta.dirname, "terms-stations.ts");
const modern = "modern-ahocorasick";
const alternation = "RegExp alternation";
const re2 = "RE2.Set";
const peers = [modern, alternation, re2];
const sizes = [
  [1_000, "1 KB"],
  [10_000, "10 KB"],
  [1_000_000, "1 MB"],
] as const;

/** How many times faster than a peer, by number of terms. */
const least: Readonly<Record<string, number>> = {
  [`1000 ${modern}`]: 10,
  [`1000 ${alternation}`]: 2,
  [`1000 ${re2}`]: 1,
  [`10000 ${modern}`]: 8,
};

/** Read in one round. With less, a round of the fast ones would be spent on what the others drove out of the caches. */
const unitsOf = (quick: boolean) => (quick ? 1_000_000 : 8_000_000);

type Answers = { readonly found: number; readonly digest: string | null };

export const scanTerms: Bench = {
  name: "terms",
  about: "1,000 and 10,000 terms over text, all matches, normalisation included on our side only",
  async measure(context) {
    const rows: Row[] = [];
    for (const terms of [1_000, 10_000]) rows.push(...(await race("ascii", terms, context)));
    rows.push(...(await measureBuild(context)));
    return rows;
  },
};

export const scanMixed: Bench = {
  name: "non-ascii",
  about: "Welsh, Cyrillic, Chinese and emoji mixed",
  async measure(context) {
    const units = unitsOf(context.quick);
    const rows = await race("mixed", 1_000, context);
    const open = [
      await openStation(module, "ours", { script: "ascii", terms: 1_000, units }),
      await openStation(module, "ours", { script: "mixed", terms: 1_000, units }),
    ].map((one, i) => ({ ...one, name: i === 0 ? "ascii" : "mixed" }));
    try {
      for (const [length, size] of sizes) {
        const read: number[] = [];
        for (const one of open) read.push((await one.ask(`use ${length}`)) as number);
        const raced = await raceStations(open, 9);
        const [plain, mixed] = open.map(({ name }, i) => requireRaced(raced, name).median / (read[i] as number));
        rows.push(
          boundRow({
            work: `times as long for a character as in ASCII, ${size}`,
            unit: "×",
            ours: (mixed as number) / (plain as number),
            most: 3,
          }),
        );
      }
    } finally {
      for (const one of open) await one.close();
    }
    return rows;
  },
};

async function race(script: Script, terms: number, { progress, remark, quick }: BenchContext): Promise<Row[]> {
  const args = { script, terms, units: unitsOf(quick) };
  const what = `${terms.toLocaleString("en")} terms${script === "mixed" ? ", mixed scripts" : ""}`;
  const open: OpenStation[] = [];
  const rows: Row[] = [];
  try {
    for (const name of ["ours", ...peers]) {
      progress(`${what}: ${name} gets ready`);
      if (name === re2 && !hasRe2(progress)) {
        remark("RE2.Set: not available here; the native package re2 could not be built");
        continue;
      }
      try {
        open.push(await openStation(module, name, args));
      } catch (error) {
        remark(`${what}: ${name} cannot be built (${(error as Error).message})`);
      }
    }
    const wrong = await findWrong(open, what, remark);
    for (const [length, size] of sizes) {
      progress(`${what} over ${size}, in turns`);
      const read: number[] = [];
      for (const one of open) read.push((await one.ask(`use ${length}`)) as number);
      const raced = await raceStations(open, quick ? 5 : 9);
      const speed = (name: string) => {
        const at = open.findIndex((one) => one.name === name);
        return (read[at] as number) / requireRaced(raced, name).median / 1_000;
      };
      for (const peer of peers.filter((name) => raced.has(name))) {
        const base = { work: `${what}, ${size}`, unit: "MB/s", ours: speed("ours"), peer, theirs: speed(peer) };
        const bar = script === "ascii" ? least[`${terms} ${peer}`] : undefined;
        if (wrong.has(peer)) rows.push(wrongRow({ ...base, fault: "it misses places" }));
        else rows.push(compareRow({ ...base, better: "higher", ...(bar === undefined ? {} : { least: bar }) }));
      }
    }
    return rows;
  } finally {
    for (const one of open) await one.close();
  }
}

/** The peers that give every place are compared with ours; those that cannot are said to. */
async function findWrong(open: readonly OpenStation[], what: string, remark: (text: string) => void) {
  const wrong = new Set<string>();
  let right: Answers | undefined;
  for (const one of open) {
    const answers = (await one.ask("places")) as Answers;
    right ??= answers;
    if (answers.digest === null) {
      remark(
        one.name === re2
          ? `${what}: ${re2} says which terms, ${answers.found} of them, and not where`
          : `${what}: ${one.name} finds ${answers.found} of ${right.found} places, those that do not overlap`,
      );
    } else if (answers.digest !== right.digest) {
      remark(`${what}: ${one.name} finds ${answers.found} places, ours ${right.found}`);
      if (answers.found > right.found) throw new Error(`ours misses places that ${one.name} finds`);
      wrong.add(one.name);
    }
  }
  return wrong;
}

async function measureBuild({ progress }: BenchContext): Promise<Row[]> {
  const runs: OpenStation[] = [];
  for (let i = 0; i < 5; i++) {
    progress(`10,000 terms built in a fresh process, ${i + 1} of 5`);
    const one = await openStation(module, "ours", { script: "ascii", terms: 10_000, units: 20_000 });
    runs.push(one);
    await one.close();
  }
  return [
    boundRow({ work: "10,000 terms, built", unit: "ms", ours: median(runs.map((one) => one.readyMs)), most: 300 }),
    boundRow({
      work: "10,000 terms, memory",
      unit: "MB",
      ours: median(runs.map((one) => one.addedMegabytes)),
      most: 48,
    }),
  ];
}
