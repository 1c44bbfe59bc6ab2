import type { Term } from "@overt/shared/rules/matchers.ts";
import type { NoteReason, SkipReason } from "./reasons.ts";

/** An exception of the source becomes `allow`. */
export type Action = "alert" | "allow";

/** One thing that a line of the source asks for, in the language of rules. */
export type Entry =
  /** With its subdomains; in comparison form. */
  | { readonly kind: "host"; readonly action: Action; readonly host: string }
  /** `host` is `*` for any; `rest` begins with `/` and holds `*` for any characters. */
  | { readonly kind: "path"; readonly action: Action; readonly host: string; readonly rest: string }
  /** `unless` clears what was found. */
  | { readonly kind: "term"; readonly use: "any" | "unless"; readonly term: Term };
export type PathEntry = Extract<Entry, { kind: "path" }>;

/** What a line means: exactly one of these. */
export type Outcome =
  /** Blank, a comment, a heading. */
  | { readonly kind: "nothing" }
  | { readonly kind: "taken"; readonly entries: readonly Entry[]; readonly note?: NoteReason | undefined }
  | { readonly kind: "skipped"; readonly reason: SkipReason };

export const nothing: Outcome = Object.freeze({ kind: "nothing" });

export function skipped(reason: SkipReason): Outcome {
  return { kind: "skipped", reason };
}

/** A line of a source with its meaning. `text` is for people: what stands there, cut short. */
export type ReadLine = {
  readonly file: string;
  /** From 1; of a row over several lines, the first. */
  readonly line: number;
  readonly text: string;
  readonly outcome: Outcome;
};
