import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Bench } from "./bench.ts";
import type { Row } from "./row.ts";
import { markdownTable, plainTable } from "./table.ts";

const root = join(import.meta.dirname, "..", "..", "..");

/**
 * The command line of one bench program: measures the groups asked for one after the other, prints a table for each, writes
 * them as Markdown, and ends with 1 where a bar does not hold.
 */
export async function runBenches(bench: string, title: string, benches: readonly Bench[]): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: "boolean" },
      only: { type: "string", multiple: true },
      quick: { type: "boolean" },
      write: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) return console.log(help(bench, title, benches));
  const wanted = [...positionals, ...(values.only ?? [])];
  const unknown = wanted.find((name) => !benches.some((one) => one.name === name));
  if (unknown !== undefined) {
    console.error(`${bench}: there is no group ${unknown}; there are ${benches.map(({ name }) => name).join(", ")}.`);
    process.exitCode = 2;
    return;
  }
  const chosen = wanted.length === 0 ? benches : benches.filter(({ name }) => wanted.includes(name));
  const folder = join(root, ".overt", "bench");
  mkdirSync(folder, { recursive: true });
  const quick = values.quick === true;
  const rows: Row[] = [];
  const page = values.write ? join(root, "docs", "benchmarks.md") : join(folder, `${bench}.md`);
  const parts: string[] = [`# ${title}`];
  for (const [i, { name, about, measure }] of chosen.entries()) {
    const remarks: string[] = [];
    const progress = (text: string) => console.error(`${bench} ${i + 1}/${chosen.length} ${name}: ${text}`);
    const machine = machineLine(quick);
    progress("begins");
    const from = performance.now();
    const found = await measure({ quick, folder, progress, remark: (text) => remarks.push(text) });
    progress(`took ${((performance.now() - from) / 1000).toFixed(1)} s`);
    rows.push(...found);
    console.log(`\n${about}\n\n${plainTable(found)}${remarks.map((text) => `\n  ${text}`).join("")}`);
    const part = [`## ${about}`, markdownTable(found), [...remarks, machine].map((text) => `- ${text}`).join("\n")];
    const markdown = part.join("\n\n");
    parts.push(markdown);
    if (values.write) writeFileSync(page, replacePart(readFileSync(page, "utf8"), `${bench} ${name}`, markdown));
  }
  if (!values.write) writeFileSync(page, `${parts.join("\n\n")}\n`);
  const failing = rows.filter(({ holds }) => holds === false);
  console.log(`\nWritten to ${page}.`);
  console.log(failing.length === 0 ? "Every bar holds." : `${failing.length} of the bars do not hold:`);
  for (const { work, bar } of failing) console.log(`  ${work}: ${bar}`);
  if (values.json) console.log(JSON.stringify({ bench, rows }));
  if (failing.length > 0) process.exitCode = 1;
}

/** What a group last measured stands on the page between two comments that name it. */
export function replacePart(page: string, name: string, markdown: string): string {
  const [from, to] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const start = page.indexOf(from);
  const end = page.indexOf(to);
  if (start < 0 || end < start) throw new Error(`docs/benchmarks.md has no place for ${name}`);
  return `${page.slice(0, start + from.length)}\n\n${markdown}\n\n${page.slice(end)}`;
}

function machineLine(quick: boolean): string {
  const [cpu] = cpus();
  const load = loadavg()[0]?.toFixed(1);
  return `${quick ? "A quick, smaller run. " : ""}${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpu?.model ?? "?"}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}, load at the start ${load}. Medians; what is compared takes turns in one run.`;
}

function help(bench: string, title: string, benches: readonly Bench[]): string {
  const groups = benches.map(({ name, about }) => `  ${name.padEnd(14)} ${about}`).join("\n");
  return `npm run bench:${bench} [-- options] [group …]      ${title}
  --only <group>   as naming the group
  --json     one last line with all rows as JSON
  --quick    smaller inputs, to look while working
  --write    each group's table takes the place of its last in docs/benchmarks.md; otherwise they go to .overt/bench/${bench}.md
  --help     this text
Groups:
${groups}
Ends with 1 where a bar does not hold. What is compared with is installed in test/bench on the first run.`;
}
