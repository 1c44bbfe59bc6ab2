import { join } from "node:path";
import { ConfigError, PolicyError } from "@overt/shared/errors.ts";
import { Command } from "commander";
import { writeFileWhole } from "../../../keys/files.ts";
import { checkBundle } from "../check.ts";
import { compileBundle } from "../compile.ts";
import { testExamples } from "../examples.ts";
import { compileBinaryList, readListKeys } from "../list-keys.ts";
import { layTable, print, printJson } from "../output.ts";
import { showProblems } from "../source/show-problems.ts";

const collect = (value: string, before: readonly string[]) => [...before, value];

export function buildCompileCommand(): Command {
  return new Command("compile")
    .description("write what is published: canonical JSON and binary lists; the same bytes from the same bundle")
    .argument("<bundle>", "the bundle's folder, or one .yaml file")
    .requiredOption("--out <folder>", "where rules/NAME.json and lists/NAME.bin are written")
    .option("--list-key <list=file>", "the key of a sensitive list: a file with 64 hexadecimal digits", collect, [])
    .option("--json", "one line of JSON")
    .addHelpText(
      "after",
      "\nNothing is written where the check or one example fails.\n\nExamples:\n  authority rules compile scripts/authority/example --out .overt/rules\n  authority rules compile my-rules --out out --list-key adult-sites=adult-sites.key",
    )
    .action((path: string, options: { out: string; listKey: readonly string[]; json?: true }) => {
      const { targets } = compileTested(path, options.listKey);
      for (const [name, bytes] of targets) writeFileWhole(join(options.out, name), bytes);
      const files = [...targets].map(([name, bytes]) => ({ name, bytes: bytes.length }));
      if (options.json) printJson({ out: options.out, files });
      else {
        print(
          layTable(
            ["file", "bytes"],
            files.map(({ name, bytes }) => [join(options.out, name), String(bytes)]),
          ),
        );
      }
    });
}

/** What may be signed: checked, and with every example as written. Throws BAD_CONFIG or RULE_REFUSED. */
export function compileTested(path: string, listKeys: readonly string[] = []) {
  const { bundle, problems } = checkBundle(path);
  if (bundle === undefined) {
    const errors = problems.filter((one) => one.kind === "error");
    throw new ConfigError("BAD_CONFIG", `${path} cannot be compiled:\n${showProblems(errors)}`);
  }
  const failed = testExamples(bundle).filter((one) => !one.passed);
  if (failed.length > 0) {
    const ids = [...new Set(failed.map((one) => one.ruleId))].join(", ");
    throw new PolicyError(
      "RULE_REFUSED",
      `${failed.length} examples fail (${ids}): "rules test" shows which. A bundle whose examples fail is not compiled.`,
    );
  }
  return compileBundle(bundle, compileBinaryList(readListKeys(listKeys)));
}
