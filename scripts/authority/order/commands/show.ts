import { Command } from "commander";
import { print } from "../../rules/output.ts";
import { describeOrder, describeStatus } from "../describe.ts";
import { readOrderFile, readStatusFile } from "../file.ts";

export function buildShowOrderCommand(): Command {
  return new Command("show")
    .description("say in plain words what an order says; proves nothing, see “order verify”")
    .argument("<order>", "a draft or a signed order")
    .action((path: string) => {
      const { order, envelope } = readOrderFile(path);
      print(describeOrder(order));
      const count = envelope?.signatures.length ?? 0;
      print(`  signatures   ${count === 0 ? "none: this is a draft" : `${count}, not checked here`}`);
    });
}

export function buildShowStatusCommand(): Command {
  return new Command("show")
    .description("say in plain words what a confirmation says; proves nothing, see “order verify”")
    .argument("<status>", "a confirmation")
    .action((path: string) => print(describeStatus(readStatusFile(path).status)));
}
