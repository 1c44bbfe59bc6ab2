import { existsSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { wallClock } from "../../../cli/time.ts";
import { layTable, print, printJson } from "../../rules/output.ts";
import { countSignatures, isCompleteRoot } from "../metadata.ts";
import { describeRoot } from "../review/root.ts";
import { publishedIn } from "../review/workspace.ts";
import {
  findSnapshot,
  findUnlistedFiles,
  readCompleteRoots,
  readCurrentRoot,
  readDraftRoot,
  readTargets,
  rootProgress,
} from "../workspace.ts";

const day = 86_400;

export function buildTufStatusCommand(): Command {
  return new Command("status")
    .description("say what is signed by how many, what ends when, and what to do next")
    .argument("<workspace>", "the signers' folder")
    .option("--json", "one line of JSON")
    .action((workspace: string, options: { json?: true }) => {
      const status = readStatus(workspace, wallClock());
      if (options.json) return printJson(status);
      print(describeRoot(readDraftRoot(workspace), undefined).join("\n"));
      const rows = status.roles.map(({ role, version, have, need, expires, daysLeft }) => [
        role,
        String(version),
        `${have} of ${need}`,
        `${expires.slice(0, 10)}, ${daysLeft < 0 ? "ENDED" : `${daysLeft} days left`}`,
      ]);
      print(`\n${layTable(["signed", "version", "signatures", "ends"], rows)}\n`);
      print(status.files.length === 0 ? "No file is in the list." : `Files: ${status.files.join(", ")}`);
      if (status.unlisted.length > 0) print(`Not in the list, and so not published: ${status.unlisted.join(", ")}`);
      print(`Next: ${status.next}`);
    });
}

function readStatus(workspace: string, now: number) {
  const draft = readDraftRoot(workspace);
  const before = readCompleteRoots(workspace).at(draft.signed.version - 2);
  const root = readCurrentRoot(workspace);
  const targets = readTargets(workspace);
  const snapshot = findSnapshot(workspace);
  const line = (
    role: string,
    signed: { version: number; expires: string },
    progress: { have: number; need: number },
  ) => ({
    role,
    version: signed.version,
    ...progress,
    expires: signed.expires,
    daysLeft: Math.floor((Date.parse(signed.expires) / 1_000 - now) / day),
  });
  const rootDone = isCompleteRoot(draft, before);
  const targetsCount = countSignatures(targets, "targets", root);
  const names = snapshot?.signed.meta["targets.json"]?.version === targets.signed.version;
  const snapshotCount = snapshot && names ? countSignatures(snapshot, "snapshot", root) : { have: 0, need: 1 };
  return {
    roles: [
      line("root", draft.signed, rootProgress(draft, before)),
      line("list of files", targets.signed, targetsCount),
      ...(snapshot ? [line("snapshot", snapshot.signed, snapshotCount)] : []),
    ],
    files: Object.keys(targets.signed.targets),
    unlisted: findUnlistedFiles(workspace),
    next: nextOf(),
  };

  function nextOf(): string {
    if (!rootDone) return "root key holders sign (tuf sign)";
    if (Object.keys(targets.signed.targets).length === 0)
      return "take in the rosters (tuf add) and the rules (tuf rules)";
    if (targetsCount.have < targetsCount.need) return "targets key holders sign (tuf sign)";
    if (snapshotCount.have < snapshotCount.need) return "the snapshot key holder signs (tuf sign)";
    const file = join(publishedIn(workspace), `${snapshot?.signed.version}.snapshot.json`);
    return existsSync(file) ? "nothing: all of it is published" : "publish (tuf publish)";
  }
}
