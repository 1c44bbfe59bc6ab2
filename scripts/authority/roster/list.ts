import { Command } from "commander";
import { sayTime, wallClock } from "../../cli/time.ts";
import { listRoster, parseRoster, type RosterEntry } from "../../keys/list-roster.ts";
import { layTable, print, printJson } from "../rules/output.ts";
import { kindOfRoster, readRoster } from "./file.ts";

export function buildListCommand(): Command {
  return new Command("list")
    .description("say who is in a roster, since when and until when")
    .argument("<roster>", "order-signers.json, officers.json, servers.json or reviewers.json")
    .option("--json", "one line of JSON")
    .action((path: string, options: { json?: true }) => {
      const kind = kindOfRoster(path);
      const roster = readRoster(path);
      const now = wallClock();
      const entries = listRoster(kind, roster).map((entry) => ({ ...entry, state: stateOf(entry, now) }));
      if (options.json) return printJson({ kind, entries });
      const rows = entries.map((entry) => [
        entry.name,
        `${entry.publicKey.slice(0, 16)}…`,
        sayTime(entry.from),
        sayTime(entry.until),
        [entry.state, entry.note].filter((words) => words !== "").join(", "),
      ]);
      print(layTable(["who", "key", "from", "until", "now"], rows));
      if (kind === "order-signers") print(`\nAn order needs ${parseRoster(kind, roster).threshold} of them.`);
      if (kind === "servers") print(`\nThe log is ${parseRoster(kind, roster).logOrigin}.`);
      if (kind === "reviewers")
        print(`\nThe recovery key is ${parseRoster(kind, roster).recoveryBoxKey.slice(0, 16)}….`);
    });
}

function stateOf({ from, until }: RosterEntry, now: number): string {
  if (now < from) return "not yet";
  return now < until ? "in force" : "ended";
}
