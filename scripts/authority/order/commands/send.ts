import { VerificationError } from "@overt/shared/errors.ts";
import { Command } from "commander";
import { openServer } from "../../../cli/server.ts";
import { print } from "../../rules/output.ts";
import { readSignedOrder, readStatusFile } from "../file.ts";

export function buildSendOrderCommand(): Command {
  return new Command("send")
    .description("hand an order and its newest confirmation to the server, from which its devices fetch them")
    .argument("<order>", "the signed order")
    .argument("<status>", "its newest confirmation")
    .requiredOption("--server <address>", "the agency's server, such as https://overt.example.org")
    .addHelpText(
      "after",
      "\nFor a variation, a new confirmation or a revocation; a first order goes to the device with the officer's token.\n\nExamples:\n  authority order send case-014.order.json case-014.status.json --server https://overt.example.org",
    )
    .action(async (orderPath: string, statusPath: string, options: { server: string }) => {
      const { order, envelope } = readSignedOrder(orderPath);
      const { status, envelope: orderStatus } = readStatusFile(statusPath);
      if (status.orderId !== order.orderId || status.version !== order.version) {
        throw new VerificationError(
          "WRONG_ORDER",
          `${statusPath} speaks of another order or version than ${orderPath}.`,
        );
      }
      await openServer(options.server).put("/v1/orders", { v: 1, order: envelope, orderStatus });
      print(
        `The server has the order of ${order.caseRef}, version ${order.version}: ${status.state}. Its devices fetch it within the hour.`,
      );
    });
}
