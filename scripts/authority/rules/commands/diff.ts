import { parseCanonical } from "@overt/shared/crypto/canonical.ts";
import { ConfigError } from "@overt/shared/errors.ts";
import { limits } from "@overt/shared/limits.ts";
import { RuleSet } from "@overt/shared/rules/language.ts";
import { Command } from "commander";
import { readRequiredFile } from "../../../keys/files.ts";
import { compileBundle, openBundle } from "../compile.ts";
import type { Change } from "../diff/change.ts";
import { type Comparable, compareBundles } from "../diff/compare.ts";
import { digestList } from "../digest-list.ts";
import { print, printJson } from "../output.ts";
import { printable, showProblems } from "../source/show-problems.ts";

export function buildDiffCommand(): Command {
  return new Command("diff")
    .description("say in plain words what changed between two versions, rule by rule, and what became wider")
    .argument("<old>", "the version before: a bundle's folder or .yaml, or a compiled rules/NAME.json")
    .argument("<new>", "the version after")
    .option("--json", "one line of JSON")
    .option("--fail-on-wider", "exit with 1 where anything became wider")
    .addHelpText(
      "after",
      "\nExamples:\n  authority rules diff published/rules/example.json scripts/authority/example\n  authority rules diff v1 v2 --fail-on-wider",
    )
    .action((before: string, after: string, options: { json?: true; failOnWider?: true }) => {
      const changes = compareBundles(openComparable(before), openComparable(after));
      const wider = changes.filter(({ effect }) => effect === "wider" || effect === "both");
      if (options.json) printJson({ changes, wider: wider.length });
      else show(changes, wider.length);
      if (options.failOnWider && wider.length > 0) process.exitCode = 1;
    });
}

function openComparable(path: string): Comparable {
  if (path.endsWith(".json")) {
    const bytes = readRequiredFile(path, "a compiled rule set");
    const read = RuleSet.safeParse(parseCanonical(bytes, { maxBytes: limits.payload.ruleSet }));
    if (!read.success) throw new ConfigError("BAD_CONFIG", `${path} is no compiled rule set of this version.`);
    return { ruleSet: read.data, lists: undefined };
  }
  const { bundle, problems } = openBundle(path);
  if (bundle === undefined) {
    throw new ConfigError("BAD_CONFIG", `${path} cannot be compiled:\n${showProblems(problems.list())}`);
  }
  return { ruleSet: compileBundle(bundle, digestList).ruleSet, lists: bundle.lists };
}

const marks = { wider: "WIDER   ", narrower: "narrower", both: "WIDER?  ", neutral: "        " } as const;

function show(changes: readonly Change[], wider: number): void {
  if (changes.length === 0) print("Nothing changed.");
  let about = "";
  for (const change of changes) {
    if (change.about !== about) print(`${about === "" ? "" : "\n"}${change.about}`);
    about = change.about;
    print(`  ${marks[change.effect]}  ${printable(change.words)}`);
  }
  if (changes.length > 0) {
    print(
      `\n${wider === 0 ? "Nothing became wider." : `${wider} ${wider === 1 ? "change widens" : "changes widen or may widen"} what is seen or sent: two people look at each.`}`,
    );
  }
}
