import { Command } from "commander";
import { type Checked, checkBundle } from "../check.ts";
import { readOrder } from "../order-gate.ts";
import { layTable, print, printJson } from "../output.ts";
import { listProblems, showProblems } from "../source/show-problems.ts";

export function buildCheckCommand(): Command {
  return new Command("check")
    .description("read a bundle and say everything that is wrong with it, and how much of each limit it uses")
    .argument("<bundle>", "the bundle's folder, or one .yaml file")
    .option("--order <file>", "an order's JSON: says too which hosts look like one that the order protects")
    .option("--json", "one line of JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  authority rules check scripts/authority/example\n  authority rules check my-rules.yaml --order order.json --json",
    )
    .action((path: string, options: { order?: string; json?: true }) => {
      const order = options.order === undefined ? undefined : readOrder(options.order);
      const checked = checkBundle(path, order?.protectedHosts.hosts);
      if (options.json)
        printJson({
          ok: isGood(checked),
          problems: listProblems(checked.problems),
          used: checked.used,
          alertsADay: checked.alertsADay,
        });
      else show(checked);
      if (!isGood(checked)) process.exitCode = 1;
    });
}

export function isGood({ bundle }: Checked): boolean {
  return bundle !== undefined;
}

function show({ bundle, problems, used, alertsADay }: Checked): void {
  if (problems.length > 0) print(`${showProblems(problems)}\n`);
  const errors = problems.filter((one) => one.kind === "error").length;
  if (bundle === undefined) {
    print(`${errors} ${errors === 1 ? "error" : "errors"}: the bundle cannot be compiled.`);
    return;
  }
  const { header } = bundle;
  print(
    `${header.bundle} version ${header.version}: no errors${problems.length > 0 ? `, ${problems.length} ${problems.length === 1 ? "piece" : "pieces"} of advice` : ""}.\n`,
  );
  print(
    layTable(
      ["limit", "used", "at most"],
      used.map(({ what, count, most }) => [what, String(count), String(most)]),
    ),
  );
  print(`\nAt most ${alertsADay} alerts a day for each person by the budgets. "rules test" tries the examples.`);
}
