import type { BadLine, Line } from "../../lines.ts";

/** A row of a table. `more` is the lines after its first that belong to it. */
export type Row =
  | { readonly number: number; readonly text: string; readonly fields: readonly string[]; readonly more: number }
  | { readonly number: number; readonly text: string; readonly bad: BadLine | "not-understood"; readonly more: 0 };

/** A quoted field that is not closed after so many lines is a mistake, and only its first line is given up. */
const mostLines = 20;

/** Rows as RFC 4180 has them, with any separator; a quote inside a field that does not begin with one is itself. */
export function* readRows(lines: Iterable<Line>, separator: string): Generator<Row> {
  const waiting: Line[] = [];
  const source = lines[Symbol.iterator]();
  const next = () => {
    const { done, value } = source.next();
    if (!done) waiting.push(value);
    return !done;
  };
  while (waiting.length > 0 || next()) {
    const [first] = waiting as [Line, ...Line[]];
    const row = readRow(waiting, next, separator);
    if (row === undefined) {
      waiting.shift();
      yield { number: first.number, text: first.text, bad: first.bad ?? "not-understood", more: 0 };
    } else {
      waiting.splice(0, row.lines);
      yield { number: first.number, text: first.text, fields: row.fields, more: row.lines - 1 };
    }
  }
}

function readRow(waiting: readonly Line[], next: () => boolean, separator: string) {
  let text = "";
  for (let lines = 1; lines <= mostLines; lines++) {
    if (waiting.length < lines && !next()) return undefined;
    const line = waiting[lines - 1] as Line;
    if (line.bad !== undefined) return undefined;
    text += lines === 1 ? line.text : `\n${line.text}`;
    const fields = splitFields(text, separator);
    if (fields !== undefined) return { fields, lines };
  }
  return undefined;
}

/** Undefined where a quoted field is not closed. */
function splitFields(text: string, separator: string): string[] | undefined {
  const fields: string[] = [];
  for (let at = 0; at <= text.length; at++) {
    let field = "";
    if (text[at] === '"') {
      for (;;) {
        const end = text.indexOf('"', at + 1);
        if (end < 0) return undefined;
        field += text.slice(at + 1, end);
        at = end + 1;
        if (text[at] !== '"') break;
        field += '"';
      }
    }
    const end = text.indexOf(separator, at);
    const to = end < 0 ? text.length : end;
    fields.push(field + text.slice(at, to));
    at = to;
  }
  return fields;
}
