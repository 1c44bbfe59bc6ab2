import { join } from "node:path";
import type { Bench, BenchContext } from "../frame/bench.ts";
import { measureInChild } from "../frame/child.ts";
import { median, requireRaced } from "../frame/race.ts";
import { boundRow, compareRow, type Row, wrongRow } from "../frame/row.ts";
import { type OpenStation, openStation, raceStations } from "../frame/station.ts";
import { keepHosts } from "./hosts-input.ts";

const module = join(import.meta.dirname, "hosts-stations.ts");
const disk = "ours, entries on disk";
const memory = "ours, entries in RAM";
const truth = "Set, suffix walk";
const ghostery = "@ghostery/adblocker";
const ublock = "@gorhill/ubo-core";

export type Compiled = {
  readonly ms: number;
  readonly entries: number;
  readonly size: number;
  readonly peakMegabytes: number;
};

/** The text file of the bench's hosts, and the binary list that this very code makes of them. */
export async function prepareLists({ folder, progress, quick }: BenchContext) {
  const entries = quick ? 200_000 : 5_000_000;
  progress(`${entries.toLocaleString("en")} hosts: made on the first run, then kept`);
  const hosts = keepHosts(folder, entries);
  const list = join(folder, `list-${entries}.bin`);
  return { entries, hosts, list, compile: () => compileList(hosts, list) };
}

async function compileList(hosts: string, list: string): Promise<Compiled> {
  return (await measureInChild(join(import.meta.dirname, "compile-child.ts"), [hosts, list])) as Compiled;
}

export const lookUp: Bench = {
  name: "hosts",
  about: "Look up a host among 5 million, exact answers",
  async measure(context) {
    const { folder, progress, remark, quick } = context;
    const { entries, hosts, list, compile } = await prepareLists(context);
    progress("compiling them to a binary list");
    const { size } = await compile();
    const args = { folder, hosts, list, entries, queries: quick ? 20_000 : 100_000 };
    const starts: OpenStation[] = [];
    for (let i = 0; i < 5; i++) {
      progress(`${disk}: getting ready in a process of its own, ${i + 1} of 5`);
      const started = await openStation(module, disk, args);
      starts.push(started);
      await started.close();
    }
    const open: OpenStation[] = [];
    try {
      for (const name of [disk, memory, truth, ghostery, ublock]) {
        const slow = name === ublock || name === ghostery ? "; built on the first run, which takes minutes" : "";
        progress(`${name} gets ready${slow}`);
        open.push(await openStation(module, name, args, ["--max-old-space-size=9000"]));
      }
      const rows: Row[] = [];
      const wrong = new Set<string>();
      for (const misses of [90, 99]) rows.push(...(await raceShare(misses, open, wrong, context, args.queries)));
      const theirs = requireStation(open, truth);
      rows.push(
        boundRow({
          work: "added to the process, entries on disk",
          unit: "MB",
          ours: median(starts.map(({ addedMegabytes }) => addedMegabytes)),
          most: 8,
        }),
        boundRow({
          work: "added, entries in RAM",
          unit: "MB",
          ours: requireStation(open, memory).addedMegabytes,
          most: 70,
        }),
        boundRow({
          work: "ready, entries on disk, in a fresh process",
          unit: "ms",
          ours: median(starts.map(({ readyMs }) => readyMs)),
          most: 40,
        }),
      );
      remark(
        `what is added is also the room that the platform's compiler takes for the code that looks up; MALLOC_ARENA_MAX is ${process.env["MALLOC_ARENA_MAX"] ?? "not set"} here, and 1 where it is not set before one of this project's commands`,
      );
      for (const { name, addedMegabytes, readyMs } of open) {
        remark(`${name}: ready in ${readyMs.toFixed(1)} ms, ${addedMegabytes.toFixed(1)} MB added`);
      }
      remark(
        `${entries.toLocaleString("en")} hosts, ${(size / entries).toFixed(2)} bytes a host in the file; the Set takes ${((theirs.addedMegabytes * 2 ** 20) / entries).toFixed(0)}. ${args.queries.toLocaleString("en")} look-ups a round, every suffix asked.`,
      );
      return rows;
    } finally {
      for (const one of open) await one.close();
    }
  },
};

async function raceShare(
  misses: number,
  open: readonly OpenStation[],
  wrong: Set<string>,
  { progress, remark, quick }: BenchContext,
  queries: number,
): Promise<Row[]> {
  for (const one of open) await one.ask(`use ${misses}`);
  const right = (await requireStation(open, truth).ask("answers")) as string;
  for (const one of open) {
    const answers = (await one.ask("answers")) as string;
    const missed = [...answers].filter((answer, i) => right[i] === "1" && answer === "0").length;
    const invented = [...answers].filter((answer, i) => right[i] === "0" && answer === "1").length;
    if (missed + invented === 0) continue;
    wrong.add(one.name);
    remark(`${one.name} is wrong at ${misses} % misses: ${missed} hits missed, ${invented} invented`);
  }
  const ours = [disk, memory].filter((name) => wrong.has(name));
  if (ours.length > 0) throw new Error(`${ours.join(" and ")}: not the Set's answers`);
  progress(`${misses} % misses, in turns`);
  const raced = await raceStations(open, quick ? 5 : 9);
  const nanoseconds = (name: string) => (requireRaced(raced, name).median * 1e6) / queries;
  const least: Readonly<Record<string, number>> = { [disk + truth]: 2, [memory + truth]: 5, [memory + ghostery]: 20 };
  return [disk, memory].flatMap((mine) =>
    [truth, ghostery, ublock].map((peer) => {
      const base = {
        work: `look up, ${misses} % misses, ${mine.slice("ours, ".length)}`,
        unit: "ns",
        ours: nanoseconds(mine),
        peer,
        theirs: nanoseconds(peer),
      };
      if (wrong.has(peer)) return wrongRow({ ...base, fault: "its hits are not the Set's" });
      const bar = least[mine + peer];
      return compareRow({ ...base, better: "lower", ...(bar === undefined ? {} : { least: bar }) });
    }),
  );
}

function requireStation(open: readonly OpenStation[], name: string): OpenStation {
  const found = open.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no contender is called ${name}`);
  return found;
}
