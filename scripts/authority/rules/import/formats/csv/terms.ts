import { OvertError } from "@overt/shared/errors.ts";
import { Term } from "@overt/shared/rules/matchers.ts";
import { buildTermIndex } from "@overt/shared/rules/text/index.ts";
import { unicodeTables } from "@overt/shared/rules/unicode/tables.ts";
import { nothing, type Outcome, skipped } from "../../entry.ts";

const columns: Readonly<Record<string, readonly string[]>> = {
  text: ["text", "term", "terms", "phrase", "word", "keyword"],
  lookalikes: ["lookalikes", "look-alikes"],
  spaced: ["spaced"],
  digits: ["digits"],
  boundary: ["boundary"],
  use: ["use", "role"],
};

/** Which column of a table holds what. */
export type Header = ReadonlyMap<string, number>;

/** Undefined where no column holds the terms. Columns of other names are for people and are not read. */
export function readHeader(fields: readonly string[]): Header | undefined {
  const places = new Map<string, number>();
  fields.forEach((field, at) => {
    const name = field.trim().toLowerCase();
    const column = Object.keys(columns).find((one) => columns[one]?.includes(name));
    if (column !== undefined && !places.has(column)) places.set(column, at);
  });
  return places.has("text") ? places : undefined;
}

/** One row of a table of terms: the phrase, and how freely it may be spelled. */
export function readTermRow(fields: readonly string[], header: Header): Outcome {
  if (fields.every((field) => field.trim() === "")) return nothing;
  const cell = (name: string) => (fields[header.get(name) ?? -1] ?? "").trim();
  const text = cell("text").replace(/\s+/g, " ");
  if (text === "") return skipped("no-text");
  const flags = (["lookalikes", "spaced", "digits"] as const).map((name) => [name, readYes(cell(name))] as const);
  const boundary = cell("boundary").toLowerCase() || "word";
  const use = cell("use").toLowerCase() || "any";
  if (flags.some(([, flag]) => flag === undefined)) return skipped("bad-option");
  if (!["word", "start", "any"].includes(boundary) || (use !== "any" && use !== "unless")) return skipped("bad-option");
  const term = Term.safeParse({
    text,
    ...Object.fromEntries(flags.filter(([, flag]) => flag)),
    ...(boundary === "word" ? {} : { boundary }),
  });
  if (!term.success || !canBeLookedFor(term.data)) return skipped("bad-term");
  return { kind: "taken", entries: [{ kind: "term", use, term: term.data }] };
}

function readYes(text: string): boolean | undefined {
  if (/^(?:yes|y|true|on|1|x)$/i.test(text)) return true;
  return /^(?:no|n|false|off|0|)$/i.test(text) ? false : undefined;
}

function canBeLookedFor(term: Term): boolean {
  try {
    buildTermIndex([term], unicodeTables());
    return true;
  } catch (error) {
    if (error instanceof OvertError) return false;
    throw error;
  }
}

/** The sign that stands most often between the names of the columns. */
export function findSeparator(header: string): string {
  const count = (sign: string) => header.split(sign).length;
  return [",", ";", "\t"].reduce((best, sign) => (count(sign) > count(best) ? sign : best));
}
