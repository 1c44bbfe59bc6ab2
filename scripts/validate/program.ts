import { randomInt } from "node:crypto";
import { join } from "node:path";
import { ConfigError } from "@overt/shared/errors.ts";
import { Command } from "commander";
import { compileTested } from "../authority/rules/commands/compile.ts";
import { readListKeys } from "../authority/rules/list-keys.ts";
import { openCompiled } from "../authority/rules/open-compiled.ts";
import { print, printJson, remark } from "../authority/rules/output.ts";
import { writeFileWhole } from "../keys/files.ts";
import { ownPack, readPack } from "./corpus/read-pack.ts";
import { describeHtml } from "./report/html.ts";
import { describeFigures, describeReport } from "./report/json.ts";
import { describeText } from "./report/text.ts";
import { validate } from "./run/validate.ts";
import { sayWhy } from "./score/miss.ts";
import type { Outcome } from "./score/score.ts";

const exampleBundle = join(import.meta.dirname, "..", "authority", "example");

type Options = {
  bundle: string;
  pack: string;
  seed?: string;
  html?: string;
  report?: string;
  json?: true;
  listKey: readonly string[];
};

/** `npm run validate`: how well a bundle tells prohibited from harmless, on a labelled corpus. */
export function buildValidateProgram(): Command {
  const collect = (value: string, before: readonly string[]) => [...before, value];
  return new Command("validate")
    .description("put a labelled, harmless corpus to a compiled rule bundle and say what it finds, misses and mistakes")
    .option("--bundle <path>", "the bundle's folder, or one .yaml file", exampleBundle)
    .option("--pack <folder>", "the corpus: harmless/*.txt, prohibited/*.txt, words/*.txt", ownPack)
    .option("--seed <text>", "repeat the drawn part of a former run; without it a new seed is drawn and said")
    .option("--html <file>", "write the whole report as one HTML page")
    .option("--report <file>", "write the whole report as JSON")
    .option("--json", "end with one line of JSON: items, precision, recall, rules")
    .option("--list-key <list=file>", "the key of a sensitive list", collect, [])
    .addHelpText(
      "after",
      `
The labels come from how each item was made, never from the engine. A part of the corpus is drawn from the seed: other words
in known sentences, so that no rule can be fitted to single items. docs/rules.md says how to read the figures.

Examples:
  npm run validate
  npm run validate -- --seed 7 --html report.html
  npm run validate -- --bundle my-rules --pack my-pack --json`,
    )
    .action(run);
}

function run(options: Options): void {
  const began = performance.now();
  const say = (line: string) =>
    remark(`validate ${((performance.now() - began) / 1_000).toFixed(1).padStart(5)} s  ${line}`);
  const seed = options.seed ?? String(randomInt(1_000_000_000));
  if (seed === "" || seed.length > 64) throw new ConfigError("USAGE", "--seed is 1 to 64 characters.");
  const compiled = compileTested(options.bundle, options.listKey);
  const engine = openCompiled(compiled, readListKeys(options.listKey));
  const { bundle, version } = compiled.ruleSet;
  say(`${bundle} version ${version} compiled and opened as a device opens it`);
  const validation = validate(engine, readPack(options.pack), seed, say);
  const why = (ruleId: string, outcome: Outcome) => sayWhy(engine, ruleId, outcome);
  if (options.html !== undefined) {
    writeFileWhole(options.html, Buffer.from(describeHtml(validation, `${bundle} version ${version}`, why)));
    say(`wrote ${options.html}`);
  }
  if (options.report !== undefined) {
    const report = describeReport(validation, bundle, version);
    writeFileWhole(options.report, Buffer.from(`${JSON.stringify(report, null, 1)}\n`));
    say(`wrote ${options.report}`);
  }
  print(describeText(validation, `${bundle} version ${version}`, why));
  if (options.json) printJson(describeFigures(validation));
  else print(`\nThe same again: npm run validate -- --seed ${seed}`);
}
