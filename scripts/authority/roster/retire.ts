import { existsSync } from "node:fs";
import { ConfigError } from "@overt/shared/errors.ts";
import { Command } from "commander";
import { parseWhen, sayTime, wallClock } from "../../cli/time.ts";
import { readPublicKeyFile } from "../../keys/key-file.ts";
import type { RosterEntry } from "../../keys/list-roster.ts";
import { retireFromRoster } from "../../keys/retire.ts";
import { print } from "../rules/output.ts";
import { kindOfRoster, readRoster, writeRoster } from "./file.ts";

export function buildRetireCommand(): Command {
  return new Command("retire")
    .description("let keys of a roster end; what they signed before stays good")
    .argument("<roster>", "order-signers.json, officers.json, servers.json or reviewers.json")
    .argument(
      "<who...>",
      "pseudonyms of officers or reviewers, public parts of keys, or the first 8 or more digits of a key",
    )
    .option("--at <when>", "when they end", "now")
    .addHelpText(
      "after",
      "\nA lost or stolen key is retired at the time of its loss; publish at once.\n\nExamples:\n  authority roster retire officers.json officer-7\n  authority roster retire servers.json server-log.public.json --at 2027-03-01",
    )
    .action((path: string, who: string[], options: { at: string }) => {
      const at = parseWhen("--at", options.at, wallClock());
      let roster = readRoster(path);
      for (const each of who) {
        const found = retireFromRoster(kindOfRoster(path), roster, at, matcherOf(each));
        roster = found.roster;
        for (const { name, publicKey } of found.retired)
          print(`${name} (${publicKey.slice(0, 16)}…) ends ${sayTime(at)}`);
      }
      writeRoster(path, roster);
      print(`${path} is drawn up. Publish it: “authority tuf add WORKSPACE ${path}”, then its signers sign.`);
    });
}

function matcherOf(who: string): (entry: RosterEntry) => boolean {
  if (existsSync(who)) {
    const { publicKey } = readPublicKeyFile(who);
    return (entry) => entry.publicKey === publicKey;
  }
  if (/[/\\]|\.json$/.test(who)) throw new ConfigError("MISSING_FILE", `There is no file ${who}.`);
  const isKey = /^[0-9a-f]{8,64}$/.test(who);
  return (entry) => entry.name === who || (isKey && entry.publicKey.startsWith(who));
}
