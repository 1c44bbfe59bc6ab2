import { randomBytes } from "node:crypto";
import type { OrderStatus } from "@overt/shared/protocol/order.ts";
import { Command, Option } from "commander";
import { type ConfirmOptions, requireYes } from "../../../cli/confirm.ts";
import { openSigner } from "../../../cli/open-key.ts";
import { addPassphraseOption, type PassphraseOptions } from "../../../cli/passphrase.ts";
import { parseWhen, wallClock } from "../../../cli/time.ts";
import { prettyJson, writeFileWhole } from "../../../keys/files.ts";
import { readOrderSigners } from "../../published.ts";
import { print, remark } from "../../rules/output.ts";
import { describeOrder, describeStatus } from "../describe.ts";
import { readSignedOrder, readStatusFile } from "../file.ts";
import { signStatus } from "../sign.ts";
import { buildShowStatusCommand } from "./show.ts";

type Options = PassphraseOptions &
  ConfirmOptions & {
    key: string;
    out: string;
    state: OrderStatus["state"];
    until: string;
    case?: string;
    agency?: string;
  };

/** `authority order status …`: short-lived confirmations, one signer each. */
export function buildStatusCommand(): Command {
  return new Command("status")
    .description("confirm for up to 30 days that an order stands, or say that it was varied or revoked")
    .addCommand(buildNewStatusCommand())
    .addCommand(buildShowStatusCommand());
}

function buildNewStatusCommand(): Command {
  const command = new Command("new")
    .description("sign a confirmation of an order")
    .argument("<order>", "the signed order")
    .requiredOption(
      "--key <file>",
      "the secret key file of a status signer, or of an order signer who may confirm alone",
    )
    .requiredOption("--out <file>", "where the confirmation is written")
    .addOption(
      new Option("--state <state>", "what is confirmed").choices(["in-force", "varied", "revoked"]).default("in-force"),
    )
    .option("--until <when>", "until when it holds", "30 days")
    .option("--case <case>", "the case on the paper in your hand; another one is refused")
    .option("--agency <path>", "the agency's published folder or order-signers.json: says whether this key counts")
    .option("--yes", "you are not asked");
  return addPassphraseOption(command)
    .addHelpText(
      "after",
      "\nA device that gets no confirmation for the order's offline grace sends no page text and no evidence.\n\nExamples:\n  authority order status new case-014.order.json --key status-signer.key.json --out case-014.status.json\n  authority order status new case-014.order.json --state revoked --key status-signer.key.json --out case-014.status.json",
    )
    .action(async (path: string, options: Options) => {
      const { order } = readSignedOrder(path);
      const now = wallClock();
      const roster = options.agency === undefined ? undefined : readOrderSigners(options.agency);
      const key = await openSigner(options.key, ["status-signer", "order-signer"], options);
      const signed = signStatus(order, key, {
        now,
        state: options.state,
        // A clock that moves on between two lines must not make “30 days” too long.
        confirmedUntil: parseWhen("--until", options.until, now),
        random: (n) => new Uint8Array(randomBytes(n)),
        ...(options.case === undefined ? {} : { caseRef: options.case }),
        ...(roster === undefined ? {} : { roster }),
      });
      if (options.state !== "in-force") remark(describeOrder(order));
      await requireYes(options, `Confirm that the order of ${order.caseRef} is ${options.state}?`);
      writeFileWhole(options.out, prettyJson(signed));
      print(describeStatus(readStatusFile(options.out).status));
      print(`${options.out} is signed. “order send” hands both to the server; a first one goes to the officer.`);
    });
}
