import { ConfigError } from "@overt/shared/errors.ts";
import { Slug } from "@overt/shared/protocol/fields.ts";
import { Command } from "commander";
import { wallClock } from "../../../cli/time.ts";
import { readPublicKeyFile } from "../../../keys/key-file.ts";
import { print } from "../../rules/output.ts";
import { changesSigners, planFounding, planSuccession } from "../found.ts";
import { describeRoot } from "../review/root.ts";
import type { TufRole } from "../roles.ts";
import { initWorkspace, proposeRoot, readCurrentRoot, readDraftRoot, renewTargets } from "../workspace.ts";

type Thresholds = { rootThreshold?: string; targetsThreshold?: string };

export function buildFoundCommand(): Command {
  return new Command("found")
    .description("draw up the first root of an agency; its root key holders sign it then")
    .argument("<workspace>", "a new folder, which travels between the signers")
    .argument("<keys...>", "public parts of all root, targets, snapshot and timestamp keys")
    .requiredOption("--agency <name>", "the agency's name in small letters, digits and hyphens")
    .option("--root-threshold <number>", "how many of the root keys must sign", "3")
    .option("--targets-threshold <number>", "how many of the targets keys must sign", "2")
    .option(
      "--practice",
      "for practice: agents take it from a server on their own computer only, and say PRACTICE everywhere",
    )
    .addHelpText(
      "after",
      "\nExamples:\n  authority tuf found agency root-*.public.json targets-*.public.json snapshot.public.json timestamp.public.json --agency northshire-police",
    )
    .action((workspace: string, files: string[], options: Thresholds & { agency: string; practice?: true }) => {
      if (!Slug.safeParse(options.agency).success) {
        throw new ConfigError("USAGE", "--agency is small letters, digits and hyphens, such as northshire-police.");
      }
      const plan = planFounding({
        agency: options.agency,
        practice: options.practice === true,
        now: wallClock(),
        keys: files.map(readPublicKeyFile),
        thresholds: readThresholds(options),
      });
      initWorkspace(workspace, plan);
      print(describeRoot(readDraftRoot(workspace), undefined).join("\n"));
      print(
        `\n${workspace} holds the draft. ${plan.thresholds.root} root key holders sign it: authority tuf sign ${workspace} --key KEY`,
      );
    });
}

export function buildNewRootCommand(): Command {
  return new Command("new-root")
    .description("draw up the next root: other keys, other thresholds, or only a later end")
    .argument("<workspace>", "the signers' folder")
    .option("--add <file...>", "public parts of keys that join", [])
    .option("--retire <key...>", "keys that leave, by 8 or more of their first digits", [])
    .option("--root-threshold <number>", "how many of the root keys must sign")
    .option("--targets-threshold <number>", "how many of the targets keys must sign")
    .addHelpText(
      "after",
      "\nThe new root needs the signatures of the old root's threshold and of its own.\n\nExamples:\n  authority tuf new-root agency\n  authority tuf new-root agency --add root-6.public.json --retire 3f2a91c0",
    )
    .action((workspace: string, options: Thresholds & { add: string[]; retire: string[] }) => {
      const before = readCurrentRoot(workspace);
      const now = wallClock();
      const plan = planSuccession(before, {
        now,
        add: options.add.map(readPublicKeyFile),
        retire: options.retire.map((digits) => readDigits(digits)),
        thresholds: readThresholds(options),
      });
      proposeRoot(workspace, plan);
      print(describeRoot(readDraftRoot(workspace), before).join("\n"));
      print(`\nIt is a draft. Root key holders sign it: authority tuf sign ${workspace} --key KEY`);
      if (!changesSigners(before, plan)) return;
      renewTargets(workspace, now);
      print(
        "Others sign the list of files from now on: once the root is complete, they sign it anew, and the snapshot.",
      );
    });
}

function readDigits(text: string): string {
  if (/^[0-9a-f]{8,64}$/.test(text)) return text;
  throw new ConfigError("USAGE", "--retire takes 8 or more of a key's first digits, as “tuf status” shows them.");
}

function readThresholds(options: Thresholds): Partial<Record<TufRole, number>> {
  const read = (text: string | undefined) => {
    if (text === undefined) return undefined;
    if (/^[1-9][0-9]?$/.test(text)) return Number(text);
    throw new ConfigError("USAGE", "A threshold is a number, such as 3.");
  };
  const [root, targets] = [read(options.rootThreshold), read(options.targetsThreshold)];
  return { ...(root === undefined ? {} : { root }), ...(targets === undefined ? {} : { targets }) };
}
