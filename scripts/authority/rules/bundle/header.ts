import { ruleLimits } from "@overt/shared/rules/limits.ts";
import { unicodeVersion } from "@overt/shared/rules/unicode.ts";
import { type Fields, headOf, openFields, type Read, readInteger, readText, readYes } from "../source/fields.ts";
import type { Problems } from "../source/problems.ts";
import { plainText } from "../source/value.ts";
import { type Defaults, standardDefaults } from "./defaults.ts";
import { findDuration } from "./duration.ts";
import { readSlug } from "./hosts.ts";
import { readDefaults } from "./rule.ts";

/** The head of a bundle: everything in bundle.yaml but the rules and tables. */
export type Header = {
  readonly bundle: string;
  readonly version: number;
  readonly issuedAt: number;
  readonly expires: number;
  readonly unicode: string;
  readonly defaults: Defaults;
  /** Lists whose compiled form holds keyed hashes only. */
  readonly sensitiveLists: readonly string[];
};

export const headerKeys = ["bundle", "version", "issued", "expires", "unicode", "defaults", "lists"];
const defaultKeys = ["severity", "evidence", "cooldown", "budget", "mode"];

export function readHeader(fields: Fields, problems: Problems): Header | undefined {
  const bundle = fields.required("bundle", readSlug, "my-rules");
  const version = fields.required("version", readInteger("version", 1, 1_000_000), "1");
  const issuedAt = fields.required("issued", readDate, "2026-01-31");
  const expires = fields.required("expires", readExpiry(issuedAt), "180 days");
  const unicode = fields.optional("unicode", readText) ?? unicodeVersion;
  if (unicode !== unicodeVersion) {
    problems.error(
      fields.placeOf("unicode"),
      "this program compares by another version of Unicode",
      `"${unicodeVersion}"`,
    );
  }
  const said = fields.optional("defaults", (value) => {
    const inner = openFields(value, "defaults", defaultKeys, problems);
    return inner && readDefaults(inner);
  });
  const sensitiveLists = fields.optional("lists", readLists) ?? [];
  if (bundle === undefined || version === undefined || issuedAt === undefined || expires === undefined)
    return undefined;
  return { bundle, version, issuedAt, expires, unicode, defaults: { ...standardDefaults, ...said }, sensitiveLists };
}

const readLists: Read<string[]> = (value, problems) => {
  if (value.kind !== "map") {
    problems.error(headOf(value.place), "lists says what is special about a list", "adult-sites: { sensitive: true }");
    return undefined;
  }
  return value.entries.flatMap(({ key, value: said }) => {
    const fields = openFields(said, `the list ${key}`, ["sensitive"], problems);
    return fields?.optional("sensitive", readYes) === true ? [key] : [];
  });
};

/** Midnight UTC of `2026-01-31`, or the instant of `2026-01-31T08:00:00Z`, in Unix seconds. */
export const readDate: Read<number> = (value, problems) => {
  const text = plainText(value)?.trim() ?? "";
  const seconds = findDate(text);
  if (seconds === undefined)
    problems.error(headOf(value.place), "this is no date", "2026-01-31 or 2026-01-31T08:00:00Z");
  return seconds;
};

export function findDate(text: string): number | undefined {
  const found = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2})?)Z)?$/.exec(text);
  if (found === null) return undefined;
  const at = Date.parse(`${found[1]}T${found[2] ?? "00:00"}Z`);
  // The platform takes 31 June for 1 July.
  const same = Number.isFinite(at) && new Date(at).toISOString().startsWith(found[1] as string);
  return same ? at / 1000 : undefined;
}

function readExpiry(issuedAt: number | undefined): Read<number> {
  return (value, problems: Problems) => {
    const text: string = plainText(value) ?? "";
    const length = findDuration(text);
    const at = length === undefined ? findDate(text.trim()) : issuedAt === undefined ? undefined : issuedAt + length;
    if (at === undefined && length === undefined) {
      problems.error(
        headOf(value.place),
        "this is no length of time and no date",
        "180 days (the longest) or 2026-01-31",
      );
    }
    if (at === undefined || issuedAt === undefined) return undefined;
    if (at <= issuedAt) problems.error(value.place, "this is not after the day of issue", "180 days");
    else if (at - issuedAt > ruleLimits.expiresSeconds) {
      problems.error(value.place, "a rule set runs at most 180 days after it was issued", "180 days");
    } else return at;
    return undefined;
  };
}
