import { ConfigError, VerificationError } from "@overt/shared/errors.ts";
import { Command } from "commander";
import { type ConfirmOptions, requireYes } from "../../../cli/confirm.ts";
import { openSigner } from "../../../cli/open-key.ts";
import { addPassphraseOption, type PassphraseOptions } from "../../../cli/passphrase.ts";
import { wallClock } from "../../../cli/time.ts";
import { readKeyFile } from "../../../keys/key-file.ts";
import { readListKeys } from "../../rules/list-keys.ts";
import { print, remark } from "../../rules/output.ts";
import { describeChanges } from "../review/changes.ts";
import { describeRoot } from "../review/root.ts";
import { publishedIn, readPublishedFiles, reviewFiles } from "../review/workspace.ts";
import { isTufRole, type TufRole } from "../roles.ts";
import { readCompleteRoots, readDraftRoot, readTargets, signRole } from "../workspace.ts";

type SignedRole = Exclude<TufRole, "timestamp">;
type Options = PassphraseOptions & ConfirmOptions & { key: string; published?: string; listKey: readonly string[] };

const collect = (value: string, before: readonly string[]) => [...before, value];

export function buildSignRoleCommand(): Command {
  const command = new Command("sign")
    .description("add one signature: to the root, the list of files or the snapshot, by what the key is")
    .argument("<workspace>", "the signers' folder, which goes on to the next signer afterwards")
    .requiredOption("--key <file>", "the signer's secret key file")
    .option("--published <folder>", "what is published now; without it WORKSPACE/published")
    .option(
      "--list-key <list=file>",
      "the key of a sensitive list, so that its rules' examples can be tried",
      collect,
      [],
    )
    .option("--yes", "you have read what is signed and are not asked");
  return addPassphraseOption(command)
    .addHelpText(
      "after",
      "\nA signer of the list sees what changes against what is published; a rule set whose examples fail is not signed.",
    )
    .action(async (workspace: string, options: Options) => {
      const role = roleOf(options.key);
      show(workspace, role, options);
      const key = await openSigner(options.key, [role], options);
      await requireYes(options, "Sign this?");
      const { have, need } = signRole(workspace, role, key, wallClock());
      print(
        `${have} of the ${need} signatures needed on ${nameOf(role)} are there. ${nextStep(workspace, role, have >= need)}`,
      );
    });
}

function roleOf(path: string): SignedRole {
  const { role } = readKeyFile(path);
  if (role === "timestamp") {
    throw new ConfigError(
      "USAGE",
      "The timestamp is signed over a published folder: “authority tuf timestamp PUBLISHED --key KEY”.",
    );
  }
  if (isTufRole(role)) return role as SignedRole;
  throw new VerificationError("UNKNOWN_SIGNER", `This is a ${role} key; needed is a root, targets or snapshot key.`);
}

function show(workspace: string, role: SignedRole, options: Options): void {
  if (role === "root") {
    const draft = readDraftRoot(workspace);
    remark(describeRoot(draft, readCompleteRoots(workspace).at(draft.signed.version - 2)).join("\n"));
    return;
  }
  const published = readPublishedFiles(options.published ?? publishedIn(workspace));
  const targets = readTargets(workspace).signed;
  remark(
    `The list of published files, version ${targets.version}, good until ${targets.expires.slice(0, 16).replace("T", " ")} UTC`,
  );
  const { files, notes } = reviewFiles(workspace, published, {
    listKeys: readListKeys(options.listKey),
    now: wallClock(),
    examples: role === "targets",
  });
  for (const line of describeChanges(published, files)) remark(`  ${line}`);
  for (const note of notes) remark(`  ${note}`);
}

function nameOf(role: SignedRole): string {
  return { root: "the root", targets: "the list of files", snapshot: "the snapshot" }[role];
}

function nextStep(workspace: string, role: SignedRole, complete: boolean): string {
  if (!complete) return "Hand the folder to the next signer.";
  if (role === "root") return "The root is complete.";
  return role === "targets" ? "The snapshot signer is next." : `Publish it: authority tuf publish ${workspace}`;
}
