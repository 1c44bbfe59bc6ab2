import { Command } from "commander";
import { checkBundle } from "../check.ts";
import { type ExampleResult, testExamples } from "../examples.ts";
import { layTable, print, printJson } from "../output.ts";
import { listProblems, printable, showProblems } from "../source/show-problems.ts";

export function buildTestCommand(): Command {
  return new Command("test")
    .description("try the examples of every rule: those that must match and those that must not")
    .argument("<bundle>", "the bundle's folder, or one .yaml file")
    .option("--all", "show the examples that came out right as well")
    .option("--json", "one line of JSON")
    .addHelpText(
      "after",
      "\nA bundle with one failing example is not compiled and not signed.\n\nExamples:\n  authority rules test scripts/authority/example\n  authority rules test my-rules --all",
    )
    .action((path: string, options: { all?: true; json?: true }) => {
      const { bundle, problems } = checkBundle(path);
      if (bundle === undefined) {
        if (options.json) printJson({ ok: false, problems: listProblems(problems) });
        else print(showProblems(problems.filter((one) => one.kind === "error")));
        process.exitCode = 1;
        return;
      }
      const results = testExamples(bundle);
      const failed = results.filter((one) => !one.passed);
      if (options.json) printJson({ ok: failed.length === 0, examples: results.length, failed });
      else show(results, options.all === true);
      if (failed.length > 0) process.exitCode = 1;
    });
}

function show(results: readonly ExampleResult[], all: boolean): void {
  const failed = results.filter((one) => !one.passed);
  const shown = all ? results : failed;
  if (shown.length > 0) {
    const rows = shown.map((one) => [
      one.passed ? "ok" : "FAIL",
      one.ruleId,
      one.wanted,
      printable(one.example.length > 70 ? `${one.example.slice(0, 69)}…` : one.example),
      printable(one.why ?? ""),
    ]);
    print(`${layTable(["", "rule", "must", "example", "why"], rows)}\n`);
  }
  const rules = new Set(results.map((one) => one.ruleId)).size;
  print(`${results.length - failed.length} of ${results.length} examples of ${rules} rules came out as written.`);
}
