import { Command } from "commander";
import { buildBenchCommand } from "./commands/bench.ts";
import { buildCheckCommand } from "./commands/check.ts";
import { buildCompileCommand } from "./commands/compile.ts";
import { buildDiffCommand } from "./commands/diff.ts";
import { buildExplainCommand } from "./commands/explain.ts";
import { buildImportCommand } from "./commands/import.ts";
import { buildTestCommand } from "./commands/test.ts";

/** `authority rules …`: everything a rule author does before signers see the bundle. Works without keys and network. */
export function buildRulesCommand(): Command {
  return new Command("rules")
    .description("write, check, test, explain, compare, import, measure and compile rule bundles")
    .addCommand(buildCheckCommand())
    .addCommand(buildTestCommand())
    .addCommand(buildExplainCommand())
    .addCommand(buildDiffCommand())
    .addCommand(buildImportCommand())
    .addCommand(buildBenchCommand())
    .addCommand(buildCompileCommand())
    .addHelpText(
      "after",
      "\nA bundle is a folder: bundle.yaml, rules/*.yaml, lists/*.txt, engines.yaml, wrappers.yaml.\nBegin with a copy of scripts/authority/example; docs/rules.md explains the language.",
    );
}
