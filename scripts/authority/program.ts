import { Command } from "commander";
import { buildKeysCommand } from "./keys/command.ts";
import { buildOrderCommand } from "./order/command.ts";
import { buildRosterCommand } from "./roster/command.ts";
import { buildRulesCommand } from "./rules/command.ts";
import { buildTufCommand } from "./tuf/command.ts";

/** The whole command line of an agency's signers. */
export function buildAuthorityProgram(): Command {
  return new Command("authority")
    .description("the desk of an agency's signers: keys, orders, rules and what is published; needs no network")
    .addCommand(buildKeysCommand())
    .addCommand(buildRosterCommand())
    .addCommand(buildOrderCommand())
    .addCommand(buildRulesCommand())
    .addCommand(buildTufCommand())
    .addHelpText("after", "\ndocs/authority.md walks through all of it.");
}
