import { Command } from "commander";
import { buildCompareCommand } from "./commands/compare.ts";
import { buildCountersignCommand } from "./commands/countersign.ts";
import { buildDeviceCommand, buildSendCommand } from "./commands/device.ts";
import { buildTokenCommand } from "./commands/token.ts";

/** The whole command line of an officer at a visit. */
export function buildOfficerProgram(): Command {
  return new Command("officer")
    .description("enrol a device at a visit: make its token, compare, countersign; works without a network")
    .addCommand(buildTokenCommand())
    .addCommand(buildCompareCommand())
    .addCommand(buildCountersignCommand())
    .addCommand(buildDeviceCommand())
    .addCommand(buildSendCommand())
    .addHelpText("after", "\nYour key stays in this tool and on no server. docs/officer.md walks through a visit.");
}
