import { Command } from "commander";
import { buildAddFileCommand, buildRemoveFileCommand, buildRenewCommand } from "./commands/files.ts";
import { buildFoundCommand, buildNewRootCommand } from "./commands/found.ts";
import { buildPublishCommand, buildTimestampCommand } from "./commands/publish.ts";
import { buildTakeRulesCommand } from "./commands/rules.ts";
import { buildShowChangesCommand } from "./commands/show.ts";
import { buildSignRoleCommand } from "./commands/sign.ts";
import { buildTufStatusCommand } from "./commands/status.ts";

/** `authority tuf …`: the agency's root and all that is published under it (TUF 1.0.34). */
export function buildTufCommand(): Command {
  return new Command("tuf")
    .description("found an agency, and prepare, sign and publish what its agents and servers trust")
    .addCommand(buildFoundCommand())
    .addCommand(buildTufStatusCommand())
    .addCommand(buildAddFileCommand())
    .addCommand(buildRemoveFileCommand())
    .addCommand(buildTakeRulesCommand())
    .addCommand(buildShowChangesCommand())
    .addCommand(buildSignRoleCommand())
    .addCommand(buildPublishCommand())
    .addCommand(buildTimestampCommand())
    .addCommand(buildRenewCommand())
    .addCommand(buildNewRootCommand())
    .addHelpText(
      "after",
      "\nThe order of things: found → three root keys sign → add rosters, rules → two targets keys sign → snapshot key signs → publish → timestamp.\nThe workspace is a folder that travels between the signers' machines; each signs with the one key that never leaves theirs.",
    );
}
