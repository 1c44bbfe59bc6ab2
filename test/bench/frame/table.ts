import type { Row } from "./row.ts";

const heads = ["work", "ours", "peer", "theirs", "ratio", "must reach", "holds"] as const;

function cells(row: Row): string[] {
  return [
    row.work,
    `${figure(row.ours)} ${row.unit}`,
    row.peer ?? "–",
    row.theirs === null ? "–" : `${figure(row.theirs)} ${row.unit}`,
    row.ratio === null ? "–" : `${figure(row.ratio)}×`,
    row.bar ?? "–",
    row.holds === null ? "–" : row.holds ? "yes" : "NO",
  ];
}

/** Three digits that mean something. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  return size >= 100 ? value.toFixed(0) : size >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** For a terminal: columns set under each other. */
export function plainTable(rows: readonly Row[]): string {
  const lines = [[...heads], ...rows.map(cells)];
  const widths = heads.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? "").length)));
  const show = (line: readonly string[]) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  const [head, ...rest] = lines.map(show);
  return [head, "─".repeat(widths.reduce((sum, width) => sum + width + 2, -2)), ...rest].join("\n");
}

export function markdownTable(rows: readonly Row[]): string {
  const show = (line: readonly string[]) => `| ${line.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [show(heads), show(heads.map(() => "---")), ...rows.map((row) => show(cells(row)))].join("\n");
}
