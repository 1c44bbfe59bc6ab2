import { ConfigError } from "@overt/shared/errors.ts";
import { Command } from "commander";
import { parseWhen, sayTime, wallClock } from "../../cli/time.ts";
import { readPublicKeyFile } from "../../keys/key-file.ts";
import { buildRoster } from "../../keys/roster.ts";
import { print } from "../rules/output.ts";
import { findRoster, kindOfRoster, writeRoster } from "./file.ts";

type Options = { from?: string; until: string; threshold?: string; mayConfirmStatus?: true; logOrigin?: string };

const day = 86_400;

export function buildAddCommand(): Command {
  return new Command("add")
    .description("put keys into a roster, or give those that are in it another period")
    .argument(
      "<roster>",
      "order-signers.json, officers.json, servers.json or reviewers.json; made where it is not there",
    )
    .argument("[keys...]", "public parts of the keys (NAME.public.json)")
    .option("--from <when>", "from when they count; without it, since the beginning of today")
    .option("--until <when>", "until when they count", "1095 days")
    .option("--threshold <number>", "order signers: how many of them an order needs")
    .option("--may-confirm-status", "order signers: these may also confirm alone that an order stands")
    .option("--log-origin <name>", "servers: the name of the log, such as overt.example.org/log")
    .addHelpText(
      "after",
      "\nThe first roster of reviewers needs the recovery key, the first of servers all three of receipt, log and console.\n\nExamples:\n  authority roster add order-signers.json order-signer-*.public.json --threshold 2 --may-confirm-status\n  authority roster add officers.json officer-7.public.json --until 2028-01-31\n  authority roster add servers.json server-*.public.json --log-origin overt.example.org/log\n  authority roster add reviewers.json reviewer-4.public.json recovery.public.json",
    )
    .action((path: string, files: string[], options: Options) => {
      const kind = kindOfRoster(path);
      const now = wallClock();
      const before = findRoster(path);
      if (files.length === 0 && (before === undefined || options.threshold === undefined)) {
        throw new ConfigError("USAGE", "Name the public parts of the keys to add.");
      }
      const keys = files.map(readPublicKeyFile);
      const today = now - (now % day);
      const from = options.from === undefined ? today : parseWhen("--from", options.from, now);
      const until = parseWhen("--until", options.until, today);
      const roster = buildRoster(kind, {
        keys,
        from,
        until,
        ...(before === undefined ? {} : { before }),
        ...(options.threshold === undefined ? {} : { threshold: readThreshold(options.threshold) }),
        ...(options.mayConfirmStatus ? { mayConfirmStatus: true } : {}),
        ...(options.logOrigin === undefined ? {} : { logOrigin: options.logOrigin }),
      });
      writeRoster(path, roster);
      for (const key of keys) print(`${key.name} (${key.role}) counts from ${sayTime(from)} until ${sayTime(until)}`);
      print(`${path} is drawn up. Publish it: “authority tuf add WORKSPACE ${path}”, then its signers sign.`);
    });
}

function readThreshold(text: string): number {
  if (/^[1-9][0-9]?$/.test(text)) return Number(text);
  throw new ConfigError("USAGE", "--threshold is a number of signers, such as 2.");
}
