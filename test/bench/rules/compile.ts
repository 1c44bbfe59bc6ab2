import type { Bench } from "../frame/bench.ts";
import { median } from "../frame/race.ts";
import { boundRow } from "../frame/row.ts";
import { type Compiled, prepareLists } from "./hosts.ts";

export const compile: Bench = {
  name: "compile",
  about: "Compile 5 million hosts",
  async measure(context) {
    const { compile, entries } = await prepareLists(context);
    const runs: Compiled[] = [];
    for (let i = 0; i < 5; i++) {
      context.progress(`${i + 1} of 5, in a fresh process`);
      runs.push(await compile());
    }
    const [first] = runs as [Compiled];
    context.remark(
      `from a text file; ${first.size.toLocaleString("en")} bytes, ${(first.size / entries).toFixed(2)} a host`,
    );
    return [
      boundRow({ work: "compile 5 million hosts", unit: "s", ours: median(runs.map(({ ms }) => ms / 1000)), most: 5 }),
      boundRow({
        work: "peak memory of the process that compiles",
        unit: "MB",
        ours: median(runs.map(({ peakMegabytes }) => peakMegabytes)),
        most: 600,
      }),
    ];
  },
};
