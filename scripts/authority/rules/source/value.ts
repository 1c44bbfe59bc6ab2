import type { Place } from "./problems.ts";

/** What a YAML file says, with the place of each thing; nothing of YAML but lists, maps and plain values. */
export type Value =
  | { readonly kind: "text"; readonly text: string; readonly place: Place }
  | { readonly kind: "number"; readonly number: number; readonly text: string; readonly place: Place }
  | { readonly kind: "flag"; readonly flag: boolean; readonly text: string; readonly place: Place }
  | { readonly kind: "nothing"; readonly place: Place }
  | { readonly kind: "list"; readonly items: readonly Value[]; readonly place: Place }
  | { readonly kind: "map"; readonly entries: readonly Entry[]; readonly place: Place };

export type Entry = { readonly key: string; readonly keyPlace: Place; readonly value: Value };
export type MapValue = Extract<Value, { kind: "map" }>;

const kindNames = {
  text: "text",
  number: "a number",
  flag: "true or false",
  nothing: "nothing",
  list: "a list",
  map: "a group of keys",
} as const;

export function describeKind(value: Value): string {
  return kindNames[value.kind];
}

/** The words of a plain value as they stand in the file; undefined for lists, maps and nothing. */
export function plainText(value: Value): string | undefined {
  return value.kind === "text" || value.kind === "number" || value.kind === "flag" ? value.text : undefined;
}
