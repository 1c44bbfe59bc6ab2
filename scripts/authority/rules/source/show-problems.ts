import { type Place, type Problem, positionOf } from "./problems.ts";

const shownProblems = 20;
const shownCharacters = 100;

/** As a compiler says it: file, line, column, an excerpt with the place marked, and what to write. At most twenty. */
export function showProblems(problems: readonly Problem[]): string {
  const shown = problems.slice(0, shownProblems).map(showProblem);
  const more = problems.length - shown.length;
  if (more > 0) shown.push(`… and ${more} more. Mend these first.`);
  return shown.join("\n\n");
}

/** For machines: the same, without the excerpt. */
export function listProblems(problems: readonly Problem[]) {
  return problems.map(({ kind, place, message, write }) => ({
    kind,
    file: place.source.path,
    ...positionOf(place),
    message,
    ...(write === undefined ? {} : { write }),
  }));
}

function showProblem({ kind, place, message, write }: Problem): string {
  const { line, column } = positionOf(place);
  const head = `${printable(place.source.path)}:${line}:${column}: ${kind}: ${printable(message)}`;
  const advice = write === undefined ? "" : ` write: ${printable(write)}`;
  const { text, at, width } = excerpt(place);
  const gutter = String(line);
  const blank = " ".repeat(gutter.length);
  return `${head}\n  ${gutter} | ${text}\n  ${blank} | ${" ".repeat(at)}${"^".repeat(width)}${advice}`;
}

function excerpt({ source, start, end }: Place): { text: string; at: number; width: number } {
  const from = Math.max(source.text.lastIndexOf("\n", start - 1), source.text.lastIndexOf("\r", start - 1)) + 1;
  const rest = /[\r\n]/.exec(source.text.slice(start));
  const to = rest === null ? source.text.length : start + rest.index;
  const before = [...source.text.slice(from, start)];
  const marked = [...source.text.slice(start, Math.min(Math.max(end, start), to))];
  const after = [...source.text.slice(start + marked.join("").length, to)];
  const cut = Math.max(0, before.length - shownCharacters / 2);
  const lead = cut > 0 ? "…" : "";
  const line = [...lead, ...before.slice(cut), ...marked, ...after];
  const short = line.length > shownCharacters ? [...line.slice(0, shownCharacters), "…"] : line;
  const at = lead.length + before.length - cut;
  return {
    text: printable(short.join("")),
    at,
    width: Math.max(1, Math.min(marked.length, shownCharacters - at)),
  };
}

/** A file that somebody else wrote must not steer the reader's terminal. */
export function printable(text: string): string {
  return text.replace(/\t/g, " ").replace(/[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, "·");
}
