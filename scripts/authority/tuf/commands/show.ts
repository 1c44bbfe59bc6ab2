import { Command } from "commander";
import { wallClock } from "../../../cli/time.ts";
import { readListKeys } from "../../rules/list-keys.ts";
import { print } from "../../rules/output.ts";
import { describeChanges } from "../review/changes.ts";
import { publishedIn, readPublishedFiles, reviewFiles } from "../review/workspace.ts";

const collect = (value: string, before: readonly string[]) => [...before, value];

export function buildShowChangesCommand(): Command {
  return new Command("show")
    .description("say in plain words what a publication would change, and check all of it as a signer's machine does")
    .argument("<workspace>", "the signers' folder")
    .option("--published <folder>", "what is published now; without it WORKSPACE/published")
    .option("--list-key <list=file>", "the key of a sensitive list", collect, [])
    .action((workspace: string, options: { published?: string; listKey: readonly string[] }) => {
      const published = readPublishedFiles(options.published ?? publishedIn(workspace));
      const { files, notes } = reviewFiles(workspace, published, {
        listKeys: readListKeys(options.listKey),
        now: wallClock(),
      });
      print(describeChanges(published, files).join("\n"));
      for (const note of notes) print(note);
    });
}
