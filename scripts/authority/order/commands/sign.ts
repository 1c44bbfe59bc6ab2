import { Command } from "commander";
import { type ConfirmOptions, requireYes } from "../../../cli/confirm.ts";
import { openSigner } from "../../../cli/open-key.ts";
import { addPassphraseOption, type PassphraseOptions } from "../../../cli/passphrase.ts";
import { wallClock } from "../../../cli/time.ts";
import { prettyJson, writeFileWhole } from "../../../keys/files.ts";
import { readOrderSigners } from "../../published.ts";
import { print, remark } from "../../rules/output.ts";
import { describeOrder } from "../describe.ts";
import { readOrderFile } from "../file.ts";
import { signOrder } from "../sign.ts";
import { judgeSignatures } from "../signers.ts";

type Options = PassphraseOptions & ConfirmOptions & { key: string; out?: string; case?: string; agency?: string };

export function buildSignOrderCommand(): Command {
  const command = new Command("sign")
    .description("add one signature to an order, after showing it; each signer on a machine of their own")
    .argument("<order>", "the draft, or the file as the signer before left it")
    .requiredOption("--key <file>", "the signer's secret key file")
    .option("--out <file>", "where the signed order is written; without it, in the place of the file")
    .option("--case <case>", "the case on the paper in your hand; another one is refused")
    .option(
      "--agency <path>",
      "the agency's published folder or order-signers.json: says whether this key counts, and how many are missing",
    )
    .option("--yes", "you have read the order and are not asked");
  return addPassphraseOption(command)
    .addHelpText(
      "after",
      "\nExamples:\n  authority order sign case-014.order.json --key /media/stick/order-signer-1.key.json --case CASE-2027-014 --agency published",
    )
    .action(async (path: string, options: Options) => {
      const file = readOrderFile(path);
      const roster = options.agency === undefined ? undefined : readOrderSigners(options.agency);
      remark(describeOrder(file.order));
      const key = await openSigner(options.key, ["order-signer"], options);
      const desk = {
        now: wallClock(),
        ...(options.case === undefined ? {} : { caseRef: options.case }),
        ...(roster === undefined ? {} : { roster }),
      };
      // Refused before the question: nobody should say yes to what cannot be signed.
      const signed = signOrder(file, key, desk);
      await requireYes(options, "Sign this order?");
      const out = options.out ?? path;
      writeFileWhole(out, prettyJson(signed), 0o600);
      print(
        `${out} has ${signed.signatures.length} ${signed.signatures.length === 1 ? "signature" : "signatures"}${sayMissing()}`,
      );

      function sayMissing(): string {
        if (roster === undefined) return ". “order verify --agency …” says whether they are enough.";
        const counting = judgeSignatures(signed, roster, file.order.issuedAt, "order").filter(
          ({ kind }) => kind === "counts",
        ).length;
        const missing = roster.threshold - counting;
        return missing > 0
          ? `; ${missing} more ${missing === 1 ? "is" : "are"} needed: hand it to the next signer.`
          : ", which is enough.";
      }
    });
}
