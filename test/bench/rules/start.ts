import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { canonicalBytes } from "@overt/shared/crypto/canonical.ts";
import type { Bench } from "../frame/bench.ts";
import { measureInChild } from "../frame/child.ts";
import { median } from "../frame/race.ts";
import { boundRow } from "../frame/row.ts";
import { prepareLists } from "./hosts.ts";
import { readLines } from "./hosts-input.ts";
import { makeNavigation, makeRuleSet } from "./navigation-input.ts";
import { makeCorpus } from "./terms-input.ts";

type Start = Readonly<
  Record<"found" | "loadedMs" | "readMs" | "schemaMs" | "compileMs" | "firstMs" | "readyMs", number>
>;

export const start: Bench = {
  name: "start",
  about: "A rule set ready in a fresh process: 1,000 rules, 50,000 path patterns, 1,000 terms, 5 million hosts",
  async measure(context) {
    const { progress, remark, folder } = context;
    const { hosts, list, entries, compile } = await prepareLists(context);
    progress("compiling the list");
    await compile();
    const navigation = makeNavigation(1_000, 50_000, 10);
    const { terms } = makeCorpus("ascii", 1_000, 1_000);
    const reference = { id: "hosts", target: "lists/hosts.bin", sha256: "0".repeat(64), entries, sensitive: false };
    const rules = join(folder, "start-rules.json");
    writeFileSync(rules, canonicalBytes(makeRuleSet(navigation, 500, reference, terms)));
    const [host] = readLines(hosts);
    const args = [rules, list, `https://www.${host}/`, `a ${terms[0]} b`];
    const runs: Start[] = [];
    for (let i = 0; i < 7; i++) {
      progress(`${i + 1} of 7`);
      const run = (await measureInChild(join(import.meta.dirname, "start-child.ts"), args)) as Start;
      if (run.found !== 2) throw new Error(`the rule set matched ${run.found} of the two observations`);
      runs.push(run);
    }
    const middle = (part: keyof Start) => median(runs.map((run) => run[part]));
    const parts = (["readMs", "schemaMs", "compileMs", "firstMs"] as const).map((part) => middle(part).toFixed(1));
    remark(
      `reading and checking the JSON ${parts[0]} ms, its schema ${parts[1]} ms, compiling and opening the list ${parts[2]} ms, the first two answers ${parts[3]} ms; Node and the program's code took ${middle("loadedMs").toFixed(1)} ms before`,
    );
    return [
      boundRow({ work: "rule set read, checked, compiled and asked", unit: "ms", ours: middle("readyMs"), most: 60 }),
    ];
  },
};
