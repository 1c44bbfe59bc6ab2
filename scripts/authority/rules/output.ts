/** What a command answers goes to stdout, so that it can be kept in a file; remarks go to stderr. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function remark(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** One line of JSON for a program to read. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value));
}

/** Columns as wide as their widest cell; the last one is left as it is. */
export function layTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => [...(row[column] ?? "")].length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        column === row.length - 1 ? cell : cell + " ".repeat((widths[column] ?? 0) - [...cell].length),
      )
      .join("  ")
      .trimEnd();
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}
