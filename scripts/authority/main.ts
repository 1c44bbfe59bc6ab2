import { Command } from "commander";
import { runProgram } from "../cli/run-program.ts";
import { buildRulesCommand } from "./rules/command.ts";

const program = new Command("authority")
  .description("the desk of an agency's signers: keys, orders, rules and what is published; needs no network")
  .addCommand(buildRulesCommand())
  .addHelpText("after", "\ndocs/authority.md walks through all of it.");

await runProgram(program, process.argv.slice(2));
