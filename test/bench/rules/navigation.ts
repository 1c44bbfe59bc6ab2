import { join } from "node:path";
import type { Bench } from "../frame/bench.ts";
import { median, requireRaced } from "../frame/race.ts";
import { boundRow, compareRow, type Row, wrongRow } from "../frame/row.ts";
import { type OpenStation, openStation, raceStations } from "../frame/station.ts";

const module = join(import.meta.dirname, "navigation-stations.ts");
const peers = ["@ghostery/adblocker", "@gorhill/ubo-core"];

type Times = { readonly median: number; readonly p99: number };

export const decide: Bench = {
  name: "navigation",
  about: "Full navigation decision: URL, gate, hosts, 50,000 path patterns, 1,000 rules",
  async measure({ progress, remark, quick }) {
    const args = { hosts: 100_000, paths: 50_000, urls: quick ? 5_000 : 20_000, rules: 1_000 };
    const open: OpenStation[] = [];
    try {
      for (const name of ["ours", ...peers]) {
        progress(`${name} gets ready`);
        open.push(await openStation(module, name, args, ["--max-old-space-size=4000"]));
      }
      const wrong = await findWrong(open, remark);
      progress("in turns");
      const raced = await raceStations(open, 9);
      const microseconds = (name: string) => (requireRaced(raced, name).median * 1_000) / args.urls;
      const rows: Row[] = peers.map((peer) => {
        const base = {
          work: "a decision, mean",
          unit: "µs",
          ours: microseconds("ours"),
          peer,
          theirs: microseconds(peer),
        };
        const fault = wrong.get(peer);
        return fault === undefined ? compareRow({ ...base, better: "lower", least: 5 }) : wrongRow({ ...base, fault });
      });
      const times: Times[] = [];
      for (let i = 0; i < 9; i++) times.push((await open[0]?.ask("each")) as Times);
      rows.push(
        boundRow({ work: "a decision, median", unit: "µs", ours: median(times.map((one) => one.median)), most: 3 }),
        boundRow({
          work: "a decision, 99th percentile",
          unit: "µs",
          ours: median(times.map((one) => one.p99)),
          most: 20,
        }),
      );
      remark("ours: from the URL to the gate's verdict; theirs: from the URL to whether a filter matches");
      remark(
        `${args.hosts.toLocaleString("en")} listed hosts, ${args.urls.toLocaleString("en")} addresses of some 85 characters, one in ten satisfies a rule`,
      );
      return rows;
    } finally {
      for (const one of open) await one.close();
    }
  },
};

/** Whoever stands alone with an answer, the two others being of one mind, is wrong; ours must never be. */
async function findWrong(open: readonly OpenStation[], remark: (text: string) => void) {
  const answers = new Map<string, string>();
  for (const one of open) answers.set(one.name, (await one.ask("answers")) as string);
  const wrong = new Map<string, string>();
  for (const [name, own] of answers) {
    const others = [...answers].filter(([other]) => other !== name).map(([, answer]) => answer);
    const [first, second] = others as [string, string];
    const alone = [...own].filter((answer, i) => answer !== first[i] && answer !== second[i]).length;
    remark(`${name}: ${[...own].filter((answer) => answer === "1").length} hits`);
    if (alone > 0) wrong.set(name, `${alone} answers are not the others'`);
  }
  if (wrong.has("ours")) throw new Error(`ours: ${wrong.get("ours")}`);
  return wrong;
}
