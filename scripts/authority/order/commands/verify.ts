import type { Order } from "@overt/shared/protocol/order.ts";
import { Command } from "commander";
import { parseWhen, wallClock } from "../../../cli/time.ts";
import { readOrderSigners } from "../../published.ts";
import { print, printJson } from "../../rules/output.ts";
import { type Check, checkOrder, checkStatus } from "../checks.ts";
import { readJsonFile } from "../file.ts";

type Options = { agency: string; case?: string; at: string; json?: true };

export function buildVerifyOrderCommand(): Command {
  return new Command("verify")
    .description("check an order, and its confirmation, as a device does; says each numbered step of SPEC.md")
    .argument("<order>", "a signed order")
    .argument("[status]", "its confirmation")
    .requiredOption("--agency <path>", "the agency's published folder, or order-signers.json")
    .option("--case <case>", "the case that it should be of")
    .option("--at <when>", "the time it is judged at", "now")
    .option("--json", "one line of JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  authority order verify case-014.order.json case-014.status.json --agency published",
    )
    .action((path: string, statusPath: string | undefined, options: Options) => {
      const roster = readOrderSigners(options.agency);
      const now = parseWhen("--at", options.at, wallClock());
      const order = checkOrder(readJsonFile(path, "a signed order"), roster, now);
      const results = [{ file: path, checks: [...order.checks, ...checkCase(order.value, options.case)] }];
      if (statusPath !== undefined && order.value !== undefined) {
        const status = checkStatus(readJsonFile(statusPath, "an order's confirmation"), order.value, roster, now);
        results.push({ file: statusPath, checks: [...status.checks] });
      }
      const passed = results.every(({ checks }) => checks.every((check) => check.passed));
      if (options.json) printJson({ ok: passed, hash: order.hash, results });
      else show(results, passed, order.hash);
      if (!passed) process.exitCode = 1;
    });
}

function checkCase(order: Order | undefined, caseRef: string | undefined): Check[] {
  if (order === undefined || caseRef === undefined) return [];
  const passed = order.caseRef === caseRef;
  return [
    { step: "6.3", passed, words: passed ? `it is of the case ${caseRef}` : `it is of the case ${order.caseRef}` },
  ];
}

function show(
  results: readonly { file: string; checks: readonly Check[] }[],
  passed: boolean,
  hash: string | undefined,
): void {
  for (const { file, checks } of results) {
    print(file);
    for (const { step, passed: good, words } of checks) print(`  ${step}  ${good ? "ok    " : "FAILED"}  ${words}`);
  }
  if (hash !== undefined) print(`  hash         ${hash}`);
  print(
    passed ? "A device takes it." : "A device refuses it now, at the step that failed; later steps are not reached.",
  );
}
