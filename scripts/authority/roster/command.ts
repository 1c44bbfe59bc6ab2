import { Command } from "commander";
import { buildAddCommand } from "./add.ts";
import { buildListCommand } from "./list.ts";
import { buildRetireCommand } from "./retire.ts";

/** `authority roster …`: who may sign what, drawn up as the files that are then published. */
export function buildRosterCommand(): Command {
  return new Command("roster")
    .description("draw up who signs orders, who the officers, servers and reviewers are")
    .addCommand(buildAddCommand())
    .addCommand(buildRetireCommand())
    .addCommand(buildListCommand());
}
