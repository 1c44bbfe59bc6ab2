import { ConfigError } from "@overt/shared/errors.ts";
import { categorySchema, type TextSignal, textSignals } from "@overt/shared/rules/signals.ts";
import { Command, Option } from "commander";
import { wallClock } from "../../../cli/time.ts";
import { type Format, type FormatName, formats } from "../import/formats/formats.ts";
import { type ImportResult, runImport } from "../import/run-import.ts";
import { saySummary } from "../import/say-summary.ts";
import { findSources, type SourceGroup, slugOf } from "../import/sources.ts";
import { print, printJson, remark } from "../output.ts";

type Options = {
  readonly out: string;
  readonly rule?: string;
  readonly category?: string;
  readonly clause?: string;
  readonly reason?: string;
  readonly mode: "live" | "shadow";
  readonly signal: readonly TextSignal[];
  readonly replace?: true;
  readonly json?: true;
};

const names = Object.keys(formats) as FormatName[];

export function buildImportCommand(): Command {
  return new Command("import")
    .description(
      "turn lists that you have into rules: hosts files, domain lists, Adblock filters, RPZ, UT1, tables of terms",
    )
    .argument("<format>", names.join(" | "))
    .argument(
      "<file-or-folder...>",
      "what to read; of a folder, every file in it (ut1: the category's folder, or the folder of all)",
    )
    .requiredOption(
      "--out <folder>",
      "a bundle's folder, which gets the rules and lists; it is made where it is not there",
    )
    .option("--rule <id>", "id of the rule and its list (default: the name of the file)")
    .option("--category <name>", "a category of the order, such as adult-content (ut1: the folder's name)")
    .option("--clause <words>", "the clause of the order that the rule serves; said in the rule's reason")
    .option("--reason <words>", "why the rule exists, for reviewers and for the person")
    .addOption(new Option("--mode <mode>", "whether it alerts").choices(["shadow", "live"]).default("shadow"))
    .addOption(
      new Option("--signal <signal...>", "csv: what the terms are looked for in")
        .choices(textSignals)
        .default(["search"]),
    )
    .option("--replace", "import again in the place of an earlier import with this id")
    .option("--json", "one line of JSON")
    .addHelpText("after", `\n${helpOnFormats()}\n${helpText}`)
    .action((name: string, paths: readonly string[], options: Options) => {
      const format = requireFormat(name);
      const results = findSources(format, paths).map((group, _, all) =>
        importGroup(format, group, all.length > 1, options),
      );
      if (options.json) printJson({ out: options.out, imports: results });
      else print(results.map((result) => saySummary(result, options.out)).join("\n\n"));
      if (results.every(({ files }) => files.length === 0)) process.exitCode = 1;
    });
}

function importGroup(format: Format, group: SourceGroup, isOneOfMany: boolean, options: Options): ImportResult {
  const own = slugOf(group.name);
  const id = options.rule === undefined ? own : isOneOfMany ? `${options.rule}-${own}` : options.rule;
  if (!/^[a-z][a-z0-9-]{0,39}$/.test(id)) {
    throw new ConfigError("USAGE", `--rule ${id}: lower-case letters, digits and hyphens, a letter first, at most 40.`);
  }
  const category = options.category ?? (format.name === "ut1" ? own : undefined);
  if (category === undefined || !categorySchema.safeParse(category).success) {
    throw new ConfigError(
      "USAGE",
      "--category is a category of the order, in lower-case letters, digits and hyphens, such as adult-content.",
    );
  }
  const day = new Date(wallClock() * 1_000).toISOString().slice(0, 10);
  const from = group.files.map((file) => file.replaceAll(/\p{Cc}/gu, "")).join(", ");
  const clause = options.clause === undefined ? "" : ` It serves ${options.clause.trim()} of the order.`;
  const origin = `Imported ${day} from ${from.length > 300 ? `${from.slice(0, 299)}…` : from} (${format.title})`;
  return runImport({
    format,
    files: group.files,
    out: options.out,
    id,
    about: {
      category,
      mode: options.mode,
      reason: `${options.reason ?? `${origin}.`}${clause}`.slice(0, 1_000),
      knownFailures:
        "Nobody of the agency has looked at each entry: whoever keeps the source decides what is in it, and it was taken as it stood on that day. What it does not name is not found.",
      origin,
    },
    signals: options.signal,
    now: wallClock(),
    replace: options.replace === true,
    progress: (lines) => {
      if (process.stderr.isTTY) remark(`${group.name}: ${lines.toLocaleString("en-GB")} lines …`);
    },
  });
}

function requireFormat(name: string): Format {
  if (Object.hasOwn(formats, name)) return formats[name as FormatName];
  throw new ConfigError("USAGE", `There is no format ${name}. The formats are ${names.join(", ")}.`);
}

function helpOnFormats(): string {
  return names
    .map((name) => {
      const { title, sample } = formats[name];
      const width = Math.max(...sample.map(([line]) => line.length));
      const lines = sample.map(([line, meaning]) => `    ${line.padEnd(width)}  ${meaning}`);
      return [`  ${name}: ${title}`, ...lines].join("\n");
    })
    .join("\n\n");
}

const helpText = `
A listed host covers its subdomains. What cannot be a rule is left out and listed with its line and why; the whole list is
written to imports/ID.txt. Every line is counted once. New rules are in shadow: they count and alert nobody. A search rule
needs engines.yaml in the bundle (scripts/authority/example has one).

Exit code: 0 written, 1 nothing could be taken, 2 refused; then nothing has been changed.

Examples:
  authority rules import hosts blocked.txt --out my-rules --rule blocked-sites --category adult-content
  authority rules import adblock filters.txt --out my-rules --rule chat-sites --category chat --clause clause-3
  authority rules import ut1 blacklists/chat blacklists/dating --out my-rules
  authority rules import csv words.csv --out my-rules --category adult-content --signal search title`;
