import { Command } from "commander";
import { openSigner } from "../../../cli/open-key.ts";
import { addPassphraseOption, type PassphraseOptions } from "../../../cli/passphrase.ts";
import { sayTime, wallClock } from "../../../cli/time.ts";
import { rosterKinds, rosterTargets } from "../../../keys/roster.ts";
import { openPublished } from "../../published.ts";
import { print } from "../../rules/output.ts";
import { publishWorkspace, signTimestamp } from "../publish.ts";
import { publishedIn, requireRosters } from "../review/workspace.ts";
import { tufLifetimes } from "../roles.ts";
import { readTargetFiles } from "../workspace.ts";

export function buildPublishCommand(): Command {
  return new Command("publish")
    .description("write the folder that ingest serves; only where every threshold is met")
    .argument("<workspace>", "the signers' folder")
    .option("--out <folder>", "where; without it WORKSPACE/published")
    .action((workspace: string, options: { out?: string }) => {
      const out = options.out ?? publishedIn(workspace);
      const files = new Map([...readTargetFiles(workspace)].map(([path, { bytes }]) => [path, bytes] as const));
      requireRosters(
        files,
        rosterKinds.map((kind) => rosterTargets[kind]),
      );
      const { targetsVersion, snapshotVersion } = publishWorkspace(workspace, out);
      const published = openPublished(out);
      print(
        `Published in ${out}: root ${published.root.signed.version}, files ${targetsVersion}, snapshot ${snapshotVersion}.`,
      );
      print(`SHA-256 of the first root: ${published.rootSha256}`);
      if (published.practice) print("It is for PRACTICE: agents take it from a server on their own computer only.");
      else {
        const entry = JSON.stringify({ agency: published.agency, name: "…", rootSha256: published.rootSha256 });
        print(
          `Agents know the agency by this entry of agent/authorities.json, with its name for the screens:\n  ${entry}`,
        );
      }
      print(
        `Then the timestamp, here or by the server (OVERT_TIMESTAMP_KEY): authority tuf timestamp ${out} --key KEY`,
      );
    });
}

export function buildTimestampCommand(): Command {
  const command = new Command("timestamp")
    .alias("refresh")
    .description(
      "say for seven more days that nothing newer is published; the server does so daily where it has the key",
    )
    .argument("<published>", "the published folder")
    .requiredOption("--key <file>", "the timestamp key");
  return addPassphraseOption(command).action(
    async (published: string, options: PassphraseOptions & { key: string }) => {
      const now = wallClock();
      const key = await openSigner(options.key, ["timestamp"], options);
      const { version, snapshotVersion } = signTimestamp(published, key, now);
      print(
        `Timestamp ${version} over snapshot ${snapshotVersion}, good until ${sayTime(now + tufLifetimes.timestamp)}.`,
      );
    },
  );
}
