import { cpus } from "node:os";
import { ConfigError } from "@overt/shared/errors.ts";
import { Command } from "commander";
import { measureMaking, type Timing, timeDecisions } from "../bench/measure.ts";
import { buildWorkloads } from "../bench/workload.ts";
import { compileBundle, openBundle } from "../compile.ts";
import { compileBinaryList, readListKeys } from "../list-keys.ts";
import { openCompiled } from "../open-compiled.ts";
import { layTable, print, printJson, remark } from "../output.ts";
import { showProblems } from "../source/show-problems.ts";

export function buildBenchCommand(): Command {
  const collect = (value: string, before: readonly string[]) => [...before, value];
  return new Command("bench")
    .description(
      "time this bundle on this machine: reading, compiling, getting ready, each decision, and the memory it keeps",
    )
    .argument("<bundle>", "the bundle's folder, or one .yaml file")
    .option("--list-key <list=file>", "the key of a sensitive list", collect, [])
    .option("--json", "one line of JSON")
    .addHelpText(
      "after",
      "\nTimes are of this machine as it is: close other programs, and run it twice. npm run bench:rules compares with others.\n\nExamples:\n  authority rules bench scripts/authority/example\n  authority rules bench my-rules --json",
    )
    .action((path: string, options: { listKey: readonly string[]; json?: true }) => {
      const measured = measureBundle(path, options.listKey, remark);
      if (options.json) printJson(measured);
      else show(measured);
    });
}

type Step = { readonly step: string; readonly milliseconds: number };
type Measured = {
  readonly bundle: string;
  readonly steps: readonly Step[];
  /** What the engine keeps in memory, its lists in memory as well. */
  readonly bytes: number;
  readonly published: number;
  readonly decisions: readonly Timing[];
};

/** Throws BAD_CONFIG where the bundle cannot be compiled. */
export function measureBundle(path: string, listKeys: readonly string[], say: (line: string) => void): Measured {
  say("reading …");
  const read = measureMaking(() => openBundle(path));
  const { bundle, problems } = read.value;
  if (bundle === undefined) {
    throw new ConfigError("BAD_CONFIG", `${path} cannot be compiled:\n${showProblems(problems.list())}`);
  }
  const keys = readListKeys(listKeys);
  say("compiling …");
  const compiled = measureMaking(() => compileBundle(bundle, compileBinaryList(keys)));
  say("getting ready …");
  const opened = measureMaking(() => openCompiled(compiled.value, keys));
  const decisions = buildWorkloads(bundle).map((workload) => {
    say(`${workload.name} …`);
    return timeDecisions(opened.value, workload);
  });
  return {
    bundle: `${bundle.header.bundle} version ${bundle.header.version}`,
    steps: [
      { step: "read and check the source", milliseconds: read.milliseconds },
      { step: "compile", milliseconds: compiled.milliseconds },
      { step: "verify bytes and get ready", milliseconds: opened.milliseconds },
    ],
    bytes: opened.bytes,
    published: [...compiled.value.targets.values()].reduce((sum, target) => sum + target.length, 0),
    decisions,
  };
}

function show({ bundle, steps, bytes, published, decisions }: Measured): void {
  print(`${bundle} on ${cpus()[0]?.model.trim() ?? "this machine"}, Node ${process.versions.node}\n`);
  print(
    layTable(
      ["step", "milliseconds"],
      steps.map(({ step, milliseconds }) => [step, milliseconds.toFixed(1)]),
    ),
  );
  print(`\nPublished ${mebibytes(published)} MiB; the engine keeps ${mebibytes(bytes)} MiB.\n`);
  print(
    layTable(
      ["decisions", "count", "matched", "median µs", "p99 µs"],
      decisions.map(({ name, decisions: count, matched, median, p99 }) => [
        name,
        String(count),
        String(matched),
        median.toFixed(1),
        p99.toFixed(1),
      ]),
    ),
  );
}

function mebibytes(bytes: number): string {
  return (bytes / 1_048_576).toFixed(2);
}
