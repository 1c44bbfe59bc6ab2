import { Command } from "commander";
import { buildNewOrderCommand } from "./commands/new.ts";
import { buildSendOrderCommand } from "./commands/send.ts";
import { buildShowOrderCommand } from "./commands/show.ts";
import { buildSignOrderCommand } from "./commands/sign.ts";
import { buildStatusCommand } from "./commands/status.ts";
import { buildVerifyOrderCommand } from "./commands/verify.ts";

/** `authority order …`: a court's order in the form that devices enforce. */
export function buildOrderCommand(): Command {
  return new Command("order")
    .description("draw up, sign, show and verify orders, and confirm that they stand")
    .addCommand(buildNewOrderCommand())
    .addCommand(buildSignOrderCommand())
    .addCommand(buildShowOrderCommand())
    .addCommand(buildVerifyOrderCommand())
    .addCommand(buildStatusCommand())
    .addCommand(buildSendOrderCommand());
}
