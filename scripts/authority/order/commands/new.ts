import { randomBytes } from "node:crypto";
import { Command } from "commander";
import { wallClock } from "../../../cli/time.ts";
import { prettyJson, readRequiredFile, writeNewFile } from "../../../keys/files.ts";
import { print } from "../../rules/output.ts";
import { buildOrder, readOrderYaml } from "../build.ts";
import { describeOrder } from "../describe.ts";
import { readSignedOrder } from "../file.ts";

export function buildNewOrderCommand(): Command {
  return new Command("new")
    .description("draw up an order from YAML or JSON; nobody has signed it then")
    .argument("<source>", "the order's YAML or JSON; scripts/authority/example/order.yaml is a model")
    .requiredOption("--out <file>", "where the draft is written")
    .option("--after <order>", "the signed order that this one varies")
    .addHelpText(
      "after",
      "\nExamples:\n  authority order new case-014.yaml --out case-014.order.json\n  authority order new case-014-varied.yaml --after case-014.order.json --out case-014-v2.order.json",
    )
    .action((path: string, options: { out: string; after?: string }) => {
      const source = readOrderYaml(path, readRequiredFile(path, "an order's YAML or JSON"));
      const before = options.after === undefined ? undefined : readSignedOrder(options.after).envelope;
      const order = buildOrder(source, {
        path,
        now: wallClock(),
        random: (n) => new Uint8Array(randomBytes(n)),
        ...(before === undefined ? {} : { before }),
      });
      // The keys of sensitive lists are in it.
      writeNewFile(options.out, prettyJson(order), 0o600);
      print(describeOrder(order));
      print(
        `\n${options.out} is a draft. Its signers sign one after the other: authority order sign ${options.out} --key KEY`,
      );
    });
}
