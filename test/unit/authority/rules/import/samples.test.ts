import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkBundle } from "@overt/scripts/authority/rules/check.ts";
import { testExamples } from "@overt/scripts/authority/rules/examples.ts";
import type { FormatName } from "@overt/scripts/authority/rules/import/formats/formats.ts";
import { describe, expect, test } from "vitest";
import { importFiles, makeFolder, samples } from "./support.ts";

/** What became of each line that was not simply taken: `line reason`. */
function listed(out: string): string[] {
  return readFileSync(join(out, "imports", "sample.txt"), "utf8")
    .trim()
    .split("\n")
    .map((line) =>
      line
        .slice(samples.length + 1)
        .split("\t")
        .slice(0, 2)
        .join(" "),
    );
}

function importSample(format: FormatName, files: readonly string[]) {
  const out = makeFolder();
  const result = importFiles(
    format,
    files.map((file) => join(samples, file)),
    out,
  );
  const { bundle, problems } = checkBundle(out);
  expect(problems.filter(({ kind }) => kind === "error")).toEqual([]);
  if (bundle === undefined) throw new Error("check refuses what was imported");
  expect(testExamples(bundle).filter(({ passed }) => !passed)).toEqual([]);
  const rules = bundle.rules.map(({ ruleId, action, ...rule }) => ({
    ruleId,
    action,
    ...("hosts" in rule && rule.hosts ? { hosts: rule.hosts.lists.flatMap((id) => bundle.lists.get(id)) } : {}),
    ...("paths" in rule && rule.paths ? { paths: rule.paths } : {}),
    ...("terms" in rule ? { terms: rule.terms } : {}),
  }));
  return { counts: result.counts, rules, listed: listed(out) };
}

describe("each sample becomes what its format means", () => {
  test.each<[FormatName, readonly string[]]>([
    ["hosts", ["hosts.txt"]],
    ["domains", ["domains.txt"]],
    ["adblock", ["adblock.txt"]],
    ["rpz", ["rpz.txt"]],
    ["ut1", ["ut1/chat/domains", "ut1/chat/urls", "ut1/chat/expressions"]],
    ["csv", ["terms.csv"]],
  ])("%s", async (format, files) => {
    const found = importSample(format, files);
    await expect(`${JSON.stringify(found, null, 2)}\n`).toMatchFileSnapshot(join(samples, "golden", `${format}.txt`));
  });
});
