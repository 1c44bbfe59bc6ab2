import { basename } from "node:path";
import { ConfigError } from "@overt/shared/errors.ts";
import { Command } from "commander";
import { wallClock } from "../../../cli/time.ts";
import { readRequiredFile } from "../../../keys/files.ts";
import { rosterKinds, rosterTargets } from "../../../keys/roster.ts";
import { print } from "../../rules/output.ts";
import { addTarget, removeTarget, renewTargets } from "../workspace.ts";

export function buildAddFileCommand(): Command {
  return new Command("add")
    .description("take a roster, a list or software.json into the list of published files")
    .argument("<workspace>", "the signers' folder")
    .argument("<files...>", "files; a roster goes where its name says")
    .option("--as <path>", "where it is published: keys/NAME.json, lists/NAME.bin, software.json")
    .option("--sensitive", "a list of keyed hashes, which agents must ask for by name")
    .addHelpText(
      "after",
      "\nRule sets are taken in by “tuf rules”, which checks them first.\n\nExamples:\n  authority tuf add agency order-signers.json officers.json servers.json reviewers.json",
    )
    .action((workspace: string, files: string[], options: { as?: string; sensitive?: true }) => {
      if (options.as !== undefined && files.length > 1) throw new ConfigError("USAGE", "--as is for one file.");
      for (const file of files) {
        const path = options.as ?? pathOf(file);
        const bytes = readRequiredFile(file, "a file to publish");
        addTarget(workspace, path, bytes, { now: wallClock(), ...(options.sensitive ? { sensitive: true } : {}) });
        print(`${path} is in the list (${bytes.length} bytes).`);
      }
      print(`Targets key holders sign: authority tuf sign ${workspace} --key KEY`);
    });
}

export function buildRemoveFileCommand(): Command {
  return new Command("remove")
    .description("take a file out of the list of published files")
    .argument("<workspace>", "the signers' folder")
    .argument("<paths...>", "as “tuf status” shows them, such as rules/example.json")
    .action((workspace: string, paths: string[]) => {
      for (const path of paths) {
        removeTarget(workspace, path, wallClock());
        print(`${path} is out of the list.`);
      }
      print(`Targets key holders sign: authority tuf sign ${workspace} --key KEY`);
    });
}

export function buildRenewCommand(): Command {
  return new Command("renew")
    .description("give the list of files a later end, 90 days from now, without another change")
    .argument("<workspace>", "the signers' folder")
    .action((workspace: string) => {
      renewTargets(workspace, wallClock());
      print(`The list ends 90 days from now, once it is signed: authority tuf sign ${workspace} --key KEY`);
    });
}

function pathOf(file: string): string {
  const name = basename(file);
  const kind = rosterKinds.find((each) => `${each}.json` === name);
  if (kind !== undefined) return rosterTargets[kind];
  if (name === "software.json") return name;
  if (name.endsWith(".bin")) return `lists/${name}`;
  throw new ConfigError("USAGE", `Say where ${file} is published, with --as; a rule set is taken in by “tuf rules”.`);
}
