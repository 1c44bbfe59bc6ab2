import { printable } from "../source/show-problems.ts";
import type { ReadLine } from "./entry.ts";
import { type Reason, sayReason } from "./reasons.ts";
import type { TextWriter } from "./text-writer.ts";

const shownLines = 3;
const shownUnits = 120;

/** What became of a line: exactly one of these. */
export const ends = ["nothing", "taken", "noted", "known", "skipped"] as const;
export type End = (typeof ends)[number];

export type Shown = { readonly file: string; readonly line: number; readonly text: string };
export type ReasonCount = {
  readonly reason: Reason;
  readonly end: End;
  readonly count: number;
  readonly first: readonly Shown[];
};

/** Counts lines by what became of them, and lists each that was not simply taken. */
export class Tally {
  readonly #listing: TextWriter;
  readonly #counts: Record<End, number> = { nothing: 0, taken: 0, noted: 0, known: 0, skipped: 0 };
  readonly #reasons = new Map<Reason, { end: End; count: number; first: Shown[] }>();

  constructor(listing: TextWriter) {
    this.#listing = listing;
  }

  get counts(): Readonly<Record<End, number>> {
    return this.#counts;
  }

  get lines(): number {
    return ends.reduce((sum, end) => sum + this.#counts[end], 0);
  }

  /** The most frequent first. */
  get reasons(): readonly ReasonCount[] {
    return [...this.#reasons]
      .map(([reason, { end, count, first }]) => ({ reason, end, count, first }))
      .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
  }

  count(line: ReadLine, end: "nothing" | "taken" | "known"): void {
    this.#counts[end]++;
    if (end === "known") this.#list(line, "already there");
  }

  countReason(line: ReadLine, end: "noted" | "skipped", reason: Reason): void {
    this.#counts[end]++;
    const known = this.#reasons.get(reason) ?? { end, count: 0, first: [] };
    this.#reasons.set(reason, known);
    known.count++;
    if (known.first.length < shownLines) known.first.push({ file: line.file, line: line.line, text: show(line.text) });
    this.#list(line, `${end === "noted" ? "taken, but" : "left out"}: ${sayReason(reason)}`);
  }

  #list({ file, line, text }: ReadLine, words: string): void {
    this.#listing.add(`${file}:${line}\t${words}\t${show(text)}`);
  }
}

/** One line that steers no terminal. */
function show(text: string): string {
  const one = printable(text).trim();
  return one.length > shownUnits ? `${one.slice(0, shownUnits - 1)}…` : one;
}
