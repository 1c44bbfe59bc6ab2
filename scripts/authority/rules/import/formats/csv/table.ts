import { nothing, type ReadLine, skipped } from "../../entry.ts";
import { readLines } from "../../lines.ts";
import { readRows } from "./rows.ts";
import { findSeparator, type Header, readHeader, readTermRow } from "./terms.ts";

/** A table of terms, its first row the names of its columns; separated by comma, semicolon or tab. */
export function* readTable(file: string): Generator<ReadLine> {
  let header: Header | undefined;
  for (const row of readRows(readLines(file), findSeparator(readFirstLine(file)))) {
    const { number: line, text } = row;
    const base = { file, line, text };
    if ("bad" in row) yield { ...base, outcome: skipped(row.bad) };
    else if (header !== undefined) yield { ...base, outcome: readTermRow(row.fields, header) };
    else if (row.fields.every((field) => field.trim() === "")) yield { ...base, outcome: nothing };
    else {
      header = readHeader(row.fields);
      yield { ...base, outcome: header === undefined ? skipped("no-header") : nothing };
    }
    for (let more = 1; more <= row.more; more++) yield { file, line: line + more, text: "", outcome: nothing };
  }
}

function readFirstLine(file: string): string {
  for (const { text } of readLines(file)) if (text.trim() !== "") return text;
  return "";
}
