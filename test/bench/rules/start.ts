import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { canonicalBytes } from "@overt/shared/crypto/canonical.ts";
import type { Bench } from "../frame/bench.ts";
import { measureInChild } from "../frame/child.ts";
import { median } from "../frame/race.ts";
import { boundRow } from "../frame/row.ts";
import { prepareLists } from "./hosts.ts";
import { makeNavigation, makeRuleSet } from "./navigation-input.ts";
import { readLines } from "./read-lines.ts";
import { makeCorpus } from "./terms-input.ts";

type Start = { readonly matches: number; readonly kept: boolean } & Readonly<
  Record<"loadedMs" | "formMs" | "readMs" | "schemaMs" | "openMs" | "firstMs" | "readyMs", number>
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
    const forms = join(folder, "start-forms");
    const args = [rules, list, forms, `https://www.${host}/`, `a ${terms[0]} b`];
    const run = async (anew: boolean) => {
      if (anew) rmSync(forms, { recursive: true, force: true });
      const one = (await measureInChild(join(import.meta.dirname, "start-child.ts"), args)) as Start;
      if (one.matches !== 2) throw new Error(`the rule set matched ${one.matches} of the two observations`);
      if (one.kept === anew) throw new Error("the rule set was not opened in the way that was asked for");
      return one;
    };
    const first: Start[] = [];
    const later: Start[] = [];
    for (let i = 0; i < 7; i++) {
      progress(`${i + 1} of 7`);
      first.push(await run(true));
      later.push(await run(false));
    }
    const middle = (runs: readonly Start[], part: Exclude<keyof Start, "matches" | "kept">) =>
      median(runs.map((one) => one[part]));
    const say = (runs: readonly Start[], part: Exclude<keyof Start, "matches" | "kept">) =>
      `${middle(runs, part).toFixed(1)} ms`;
    remark(
      `from what was kept: finding and checking it ${say(later, "formMs")}, reading the signed rule set ${say(later, "readMs")}, opening both and the list ${say(later, "openMs")}, the first two answers ${say(later, "firstMs")}; Node and the program's code took ${say(later, "loadedMs")} before`,
    );
    remark(
      `compiled anew, as at the first start with a rule set: reading and checking the JSON ${say(first, "readMs")}, its schema ${say(first, "schemaMs")}, compiling and opening the list ${say(first, "openMs")}, the first two answers ${say(first, "firstMs")}`,
    );
    return [
      boundRow({
        work: "rule set opened from what was kept, and asked",
        unit: "ms",
        ours: middle(later, "readyMs"),
        most: 60,
      }),
      boundRow({ work: "rule set read, checked, compiled and asked", unit: "ms", ours: middle(first, "readyMs") }),
    ];
  },
};
