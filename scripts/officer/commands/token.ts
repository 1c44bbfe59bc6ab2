import { randomBytes } from "node:crypto";
import { ConfigError } from "@overt/shared/errors.ts";
import { Command } from "commander";
import { readSignedOrder, readStatusFile } from "../../authority/order/file.ts";
import { openPublished } from "../../authority/published.ts";
import { print } from "../../authority/rules/output.ts";
import { openSigner } from "../../cli/open-key.ts";
import { addPassphraseOption, type PassphraseOptions } from "../../cli/passphrase.ts";
import { openServer } from "../../cli/server.ts";
import { sayTime, wallClock } from "../../cli/time.ts";
import { prettyJson, writeNewFile } from "../../keys/files.ts";

import { makePack, openOwnPack, typedCode } from "../pack.ts";

type Options = PassphraseOptions & {
  key: string;
  order: string;
  status: string;
  agency: string;
  server: string;
  hours: string;
  out: string;
  offer?: true;
};

export function buildTokenCommand(): Command {
  const command = new Command("token")
    .description("make the token that lets one device enrol, as a file to carry and a code to type")
    .requiredOption("--key <file>", "your secret key file")
    .requiredOption("--order <file>", "the signed order")
    .requiredOption("--status <file>", "its newest confirmation")
    .requiredOption("--agency <folder>", "a copy of the agency's published folder")
    .requiredOption("--server <address>", "the agency's server, such as https://overt.example.org")
    .option("--hours <number>", "how long it is good, 72 at most", "24")
    .option("--out <file>", "where the pack is written", "enrolment.json")
    .option("--offer", "leave it with the server as well, so that the code can be typed; needs a network");
  return addPassphraseOption(command)
    .addHelpText(
      "after",
      "\nEverything is checked as the device will check it; what a device would refuse is not made.\n\nExamples:\n  officer token --key officer-7.key.json --order case-014.order.json --status case-014.status.json --agency published --server https://overt.example.org",
    )
    .action(async (options: Options) => {
      const published = openPublished(options.agency);
      const order = readSignedOrder(options.order).envelope;
      const orderStatus = readStatusFile(options.status).envelope;
      const hours = readHours(options.hours);
      const key = await openSigner(options.key, ["officer"], options);
      const now = wallClock();
      const random = (n: number) => new Uint8Array(randomBytes(n));
      const pack = makePack({ key, order, orderStatus, published, serverUrl: options.server, hours, now, random });
      // The order in it may carry the keys of sensitive lists.
      writeNewFile(options.out, prettyJson(pack), 0o600);
      const { token } = openOwnPack(pack, key, now);
      print(`${options.out} enrols one device under the order of ${token.caseRef}, until ${sayTime(token.notAfter)}.`);
      print("Bring it to the device:  overt-agent enrol --pack FILE");
      if (options.offer) {
        await openServer(token.serverUrl).put("/v1/tokens", pack);
        print(`Or have it typed there:  server ${new URL(token.serverUrl).host}, code ${typedCode(pack)}`);
      } else print(`The code to type, once the server has the pack (--offer):  ${typedCode(pack)}`);
      print(`Then, beside the device:  officer compare ${options.out} --key ${options.key}`);
    });
}

function readHours(text: string): number {
  const hours = Number(text);
  if (/^[0-9]{1,2}$/.test(text) && hours >= 1 && hours <= 72) return hours;
  throw new ConfigError("USAGE", "--hours is a number from 1 to 72.");
}
