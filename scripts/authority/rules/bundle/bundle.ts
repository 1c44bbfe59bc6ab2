import type {
  BehaviourRule,
  ListReference,
  Rule,
  RuleSet,
  SearchEngine,
  Wrapper,
} from "@overt/shared/rules/language.ts";
import { type Fields, openFields } from "../source/fields.ts";
import type { Place, Problems, Source } from "../source/problems.ts";
import { readYaml } from "../source/read-yaml.ts";
import type { MapValue, Value } from "../source/value.ts";
import { readBehaviour } from "./behaviour.ts";
import { standardDefaults } from "./defaults.ts";
import { type Header, headerKeys, readHeader } from "./header.ts";
import { checkLinks } from "./links.ts";
import { readListFile } from "./list-file.ts";
import { readRule } from "./rule.ts";
import type { BundleSources } from "./sources.ts";
import { readEngine, readWrapper } from "./tables.ts";

/** A bundle as its author wrote it, checked. */
export type Bundle = {
  readonly header: Header;
  /** Sorted by id, so that how rules are spread over files changes no byte. */
  readonly rules: readonly Rule[];
  readonly behaviours: readonly BehaviourRule[];
  readonly engines: readonly SearchEngine[];
  readonly wrappers: readonly Wrapper[];
  readonly lists: ReadonlyMap<string, readonly string[]>;
  /** Where each rule stands in its file. */
  readonly places: ReadonlyMap<string, Place>;
};

/** Understands the files of a bundle; undefined where anything is wrong, and `problems` says all of it. */
export function readBundle(sources: BundleSources, problems: Problems): Bundle | undefined {
  const top = readTop(sources.header, problems);
  const header = top && readHeader(top, problems);
  const ruleValues = [
    ...itemsOf(top?.find("rules"), problems),
    ...sources.rules.flatMap((source) => itemsOf(readFile(source, problems), problems)),
  ];
  const rules: Rule[] = [];
  const behaviours: BehaviourRule[] = [];
  const places = new Map<string, Place>();
  for (const value of ruleValues) {
    if (value.kind !== "map") {
      openFields(value, "a rule", ["rule"], problems);
      continue;
    }
    const isBehaviour = value.entries.some(({ key }) => key === "correlation");
    const defaults = header?.defaults;
    // Without a header the rules are read all the same, so that one run says everything.
    const rule = isBehaviour
      ? readBehaviour(value, defaults ?? standardDefaults, problems)
      : readRule(value, defaults ?? standardDefaults, problems);
    if (rule === undefined) continue;
    const known = places.get(rule.ruleId);
    if (known !== undefined)
      problems.error(idPlace(value), `there is another rule "${rule.ruleId}"`, "an id of its own");
    places.set(rule.ruleId, idPlace(value));
    if ("kind" in rule) behaviours.push(rule);
    else rules.push(rule);
  }
  const engines = readTable(top, "engines", sources.engines, readEngine, problems);
  const wrappers = readTable(top, "wrappers", sources.wrappers, readWrapper, problems);
  const lists = new Map<string, readonly string[]>();
  for (const [id, source] of sources.lists) lists.set(id, readListFile(source, problems));
  checkLinks({ rules, behaviours, values: ruleValues, lists: sources.lists, header }, problems);
  if (header === undefined || problems.hasErrors) return undefined;
  return {
    header,
    rules: rules.sort(byId),
    behaviours: behaviours.sort(byId),
    engines,
    wrappers,
    lists,
    places,
  };
}

/** The compiled rule set; `references` name the compiled lists. */
export function buildRuleSet(bundle: Bundle, references: readonly ListReference[]): RuleSet {
  const { header, rules, behaviours, engines, wrappers } = bundle;
  return {
    v: 1,
    bundle: header.bundle,
    version: header.version,
    issuedAt: header.issuedAt,
    expires: header.expires,
    unicode: header.unicode,
    rules: [...rules],
    behaviours: [...behaviours],
    lists: [...references],
    engines: [...engines],
    wrappers: [...wrappers],
  };
}

function readTop(source: Source, problems: Problems): Fields | undefined {
  const value = readFile(source, problems);
  return value && openFields(value, "bundle.yaml", [...headerKeys, "rules", "engines", "wrappers"], problems);
}

function readFile(source: Source, problems: Problems): Value | undefined {
  if (source.text !== "") return readYaml(source, problems);
  const whole = { source, start: 0, end: 0 };
  // Where it could not be decoded that has been said.
  if (!problems.hasErrorAbout(source.path)) problems.error(whole, "the file is empty", "bundle: my-rules, or rules");
  return undefined;
}

/** A rules file is a list of rules, or one rule. */
function itemsOf(value: Value | undefined, problems: Problems): readonly Value[] {
  if (value === undefined) return [];
  if (value.kind === "list") return value.items;
  if (value.kind === "map" && value.entries.length === 1 && value.entries[0]?.key === "rules") {
    return itemsOf(value.entries[0].value, problems);
  }
  return [value];
}

function readTable<T extends { readonly id: string }>(
  top: Fields | undefined,
  key: string,
  source: Source | undefined,
  read: (value: Value, problems: Problems) => T | undefined,
  problems: Problems,
): T[] {
  const values = [...itemsOf(top?.find(key), problems), ...itemsOf(source && readFile(source, problems), problems)];
  const seen = new Set<string>();
  return values.flatMap((value) => {
    const one = read(value, problems);
    if (one === undefined) return [];
    if (seen.has(one.id)) problems.error(value.place, `"${one.id}" stands twice in ${key}`, "a name of its own");
    seen.add(one.id);
    return [one];
  });
}

export function idPlace(value: MapValue): Place {
  return value.entries.find(({ key }) => key === "rule")?.value.place ?? value.place;
}

function byId(a: { readonly ruleId: string }, b: { readonly ruleId: string }): number {
  return a.ruleId < b.ruleId ? -1 : 1;
}
