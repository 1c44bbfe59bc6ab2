import { PolicyError } from "@overt/shared/errors.ts";
import { Command } from "commander";
import { wallClock } from "../../../cli/time.ts";
import { compileTested } from "../../rules/commands/compile.ts";
import { print } from "../../rules/output.ts";
import { countWider, describeChanges } from "../review/changes.ts";
import { publishedIn, readPublishedFiles } from "../review/workspace.ts";
import { addTarget, readTargetFiles } from "../workspace.ts";

const collect = (value: string, before: readonly string[]) => [...before, value];

export function buildTakeRulesCommand(): Command {
  return new Command("rules")
    .description("take a rule bundle in: check it, try its examples, say in plain words what would change")
    .argument("<workspace>", "the signers' folder")
    .argument("<bundle>", "the bundle's folder, or one .yaml file")
    .option("--published <folder>", "what is published now; without it WORKSPACE/published")
    .option("--list-key <list=file>", "the key of a sensitive list: a file with 64 hexadecimal digits", collect, [])
    .addHelpText(
      "after",
      "\nNothing is taken in where the check or one example fails.\n\nExamples:\n  authority tuf rules agency scripts/authority/example",
    )
    .action((workspace: string, bundle: string, options: { published?: string; listKey: readonly string[] }) => {
      const { ruleSet, targets } = compileTested(bundle, options.listKey);
      const now = wallClock();
      if (ruleSet.expires <= now)
        throw new PolicyError("RULES_EXPIRED", "The bundle has expired already. Check “issued” and “expires”.");
      const published = readPublishedFiles(options.published ?? publishedIn(workspace));
      const held = new Map([...readTargetFiles(workspace)].map(([path, { bytes }]) => [path, bytes] as const));
      const sensitive = new Set(ruleSet.lists.filter((list) => list.sensitive).map((list) => list.target));
      for (const [path, bytes] of targets) addTarget(workspace, path, bytes, { now, sensitive: sensitive.has(path) });
      const before = new Map([...published].filter(([path]) => targets.has(path)));
      print(describeChanges(before, targets).join("\n"));
      const wider = countWider(before, targets);
      if (wider > 0)
        print(
          `\n${wider} ${wider === 1 ? "change widens" : "changes widen or may widen"} what is seen or sent: two people look at each.`,
        );
      const unused = [...held.keys()].filter((path) => path.startsWith("lists/") && !targets.has(path));
      if (unused.length > 0)
        print(`\nIn the list as well: ${unused.join(", ")}. What no rule or order names can go: “tuf remove”.`);
      print(`\nTargets key holders sign: authority tuf sign ${workspace} --key KEY`);
    });
}
