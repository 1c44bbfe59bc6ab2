import type { ChildProcess } from "node:child_process";
import { fork } from "node:child_process";
import { join } from "node:path";
import { median, type Raced } from "./race.ts";

/**
 * One way of doing the same work, in a process of its own, so that neither its memory nor the garbage of another's work
 * counts against it. Made by a module's `stations`, with its inputs already in memory.
 */
export type Station = {
  /** Makes it ready to work; timed, and its memory is what `prepare` and one `run` add to the process. */
  prepare(): void | Promise<void>;
  /** Does all of the work once, and gives how much it found, so that none of it can be left out. */
  run(): number;
  /** Anything else it can tell, as JSON: what it found, to be compared with the others. */
  ask?(question: string): unknown;
};

export type MakeStation = (args: Record<string, string | number>) => Station | Promise<Station>;

export type OpenStation = {
  readonly name: string;
  readonly readyMs: number;
  /** Resident memory that getting ready and one round added, at rest and garbage collected before and after. */
  readonly addedMegabytes: number;
  /** What of it getting ready added; the rest is also what the platform's compiler took for code that became busy. */
  readonly preparedMegabytes: number;
  readonly peakMegabytes: number;
  /** Milliseconds of one round. Throws where it found another number of things than in the round before. */
  run(): Promise<number>;
  ask(question: string): Promise<unknown>;
  close(): Promise<void>;
};

type Ready = Pick<OpenStation, "readyMs" | "addedMegabytes" | "preparedMegabytes" | "peakMegabytes">;

/** Starts `stations[name](args)` of a module. Throws where it cannot be made ready, saying why. */
export async function openStation(
  module: string,
  name: string,
  args: Record<string, string | number>,
  flags: readonly string[] = [],
): Promise<OpenStation> {
  const child = fork(join(import.meta.dirname, "station-child.ts"), [module, name, JSON.stringify(args)], {
    execArgv: ["--expose-gc", ...flags],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const answered = (await nextAnswer(child, name)) as Ready | { readonly failed: string };
  if ("failed" in answered) throw new Error(answered.failed);
  const send = (message: object) => {
    const answer = nextAnswer(child, name);
    child.send(message);
    return answer;
  };
  let last: number | undefined;
  return {
    name,
    ...answered,
    async run() {
      const { ms, found } = (await send({ kind: "run" })) as { ms: number; found: number };
      if (last !== undefined && last !== found)
        throw new Error(`${name} found ${found}, and ${last} in the round before`);
      last = found;
      return ms;
    },
    ask(question) {
      last = undefined;
      return send({ kind: "ask", question });
    },
    async close() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.disconnect();
      await ended;
    },
  };
}

function nextAnswer(child: ChildProcess, name: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`${name} ended with ${code} before it answered`));
    child.once("exit", ended);
    child.once("message", (message) => {
      child.off("exit", ended);
      resolve(message);
    });
  });
}

/** So long each works before its rounds count: code is compiled and the young part of the heap is touched for the first time. */
const warmUpMs = 1_500;

/** Stations take turns in each round, so that a busy machine is busy for all of them. */
export async function raceStations(
  stations: readonly OpenStation[],
  rounds: number,
): Promise<ReadonlyMap<string, Raced>> {
  for (const { run } of stations) for (let warm = 0; warm < warmUpMs; ) warm += await run();
  const times = new Map<string, number[]>(stations.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const { name, run } of stations) times.get(name)?.push(await run());
  }
  return new Map([...times].map(([name, each]) => [name, { median: median(each), rounds: each }]));
}
