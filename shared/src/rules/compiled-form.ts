import type { DestinationData } from "./destination-data.ts";
import type { TermData } from "./text/index.ts";
import type { TableData } from "./unicode/tables.ts";

/**
 * Everything about a rule set that takes long to work out, as plain data: tables of numbers, strings, arrays and maps, which
 * a structured clone carries. It speaks of rules, patterns and terms by their numbers and goes with one rule set and one
 * program only: whoever keeps it sees to both, and to that not one bit of it changes.
 */
export type CompiledForm = {
  readonly unicode: TableData;
  readonly destinations: DestinationData;
  readonly terms: TermData;
};
