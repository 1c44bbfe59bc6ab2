import { join } from "node:path";
import { layTable } from "../output.ts";
import { sayReason } from "./reasons.ts";
import type { ImportResult } from "./run-import.ts";
import { type End, ends, type ReasonCount } from "./tally.ts";

const endWords: Readonly<Record<End, string>> = {
  taken: "taken as they stand",
  noted: "taken with a difference (below)",
  known: "there already",
  skipped: "left out (below)",
  nothing: "blank lines, comments, headings",
};

/** What an import did, for people. `out` is the folder. */
export function saySummary(result: ImportResult, out: string): string {
  const { lines, counts, reasons, files } = result;
  const rows = (["taken", "noted", "known", "skipped", "nothing"] as const satisfies readonly End[])
    .filter((end) => counts[end] > 0)
    .map((end) => [endWords[end], group(counts[end])]);
  const parts = [`${group(lines)} lines read.`, layTable(["lines", "how many"], rows)];
  for (const end of ends) {
    const own = reasons.filter((one) => one.end === end);
    if (own.length > 0)
      parts.push(`${end === "noted" ? "Taken with a difference:" : "Left out:"}\n${own.map(sayCount).join("\n")}`);
  }
  if (files.length === 0) parts.push("Nothing could be taken, so nothing was written.");
  else {
    parts.push(`Written: ${saySizes(result)}\n${files.map((file) => `  ${join(out, file)}`).join("\n")}`);
    parts.push(`Next: authority rules check ${out}\n      authority rules test ${out}`);
  }
  return parts.join("\n\n");
}

function sayCount({ reason, count, first }: ReasonCount): string {
  const shown = first.map(({ file, line, text }) => `      ${file}:${line}: ${text}`);
  return [`  ${group(count)} × ${sayReason(reason)}`, ...shown].join("\n");
}

function saySizes({ hosts, paths, terms, allowedHosts, allowedPaths }: ImportResult): string {
  const sizes: readonly (readonly [number, string, string])[] = [
    [hosts, "host", "hosts"],
    [paths, "path pattern", "path patterns"],
    [terms, "term", "terms"],
    [allowedHosts, "allowed host", "allowed hosts"],
    [allowedPaths, "allowed path pattern", "allowed path patterns"],
  ];
  return sizes
    .filter(([count]) => count > 0)
    .map(([count, one, many]) => `${group(count)} ${count === 1 ? one : many}`)
    .join(", ");
}

function group(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");
}
