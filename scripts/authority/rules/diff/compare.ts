import type { BehaviourRule, Rule, RuleSet } from "@overt/shared/rules/language.ts";
import { type Change, compareSets, few } from "./change.ts";
import { compareRule } from "./rule.ts";

export type Comparable = {
  readonly ruleSet: RuleSet;
  /** Hosts of each list, where the bundle's own text files are at hand. */
  readonly lists: ReadonlyMap<string, readonly string[]> | undefined;
};

/** What changed between two versions of a bundle, by rule. */
export function compareBundles(before: Comparable, after: Comparable): readonly Change[] {
  return [
    ...compareHeads(before.ruleSet, after.ruleSet),
    ...compareAllRules(before.ruleSet, after.ruleSet),
    ...compareAllLists(before, after),
    ...compareTables(before.ruleSet, after.ruleSet),
  ];
}

function compareHeads(before: RuleSet, after: RuleSet): Change[] {
  const changes: Change[] = [];
  const say = (effect: Change["effect"], words: string) => changes.push({ about: "bundle", effect, words });
  if (before.bundle !== after.bundle) say("neutral", `these are two bundles: ${before.bundle} and ${after.bundle}`);
  else if (after.version <= before.version) {
    say("neutral", `version is ${after.version}, before ${before.version}: agents take only a higher one`);
  }
  if (before.unicode !== after.unicode)
    say("both", `text is compared by Unicode ${after.unicode}, before ${before.unicode}`);
  if (before.expires !== after.expires) {
    say(
      after.expires > before.expires ? "wider" : "narrower",
      `it runs until ${day(after.expires)}, before ${day(before.expires)}`,
    );
  }
  return changes;
}

function compareAllRules(before: RuleSet, after: RuleSet): Change[] {
  const old = new Map(allRules(before).map((rule) => [rule.ruleId, rule]));
  const now = new Map(allRules(after).map((rule) => [rule.ruleId, rule]));
  const ids = [...new Set([...old.keys(), ...now.keys()])].sort();
  return ids.flatMap((about): Change[] => {
    const was = old.get(about);
    const is = now.get(about);
    if (was !== undefined && is !== undefined) return compareRule(was, is);
    const rule = (is ?? was) as Rule | BehaviourRule;
    const came = is !== undefined;
    const effect = came === (rule.action !== "allow") ? "wider" : "narrower";
    return [{ about, effect, words: came ? `new: ${describe(rule)}` : `removed; it was: ${describe(rule)}` }];
  });
}

function describe(rule: Rule | BehaviourRule): string {
  if (rule.action === "allow") return `an allow rule for ${rule.category ?? "every category"}`;
  const what = "kind" in rule ? `${rule.kind} of ${few(rule.rules)}` : rule.signal;
  const mode =
    rule.action === "count" ? "counts only" : rule.mode === "shadow" ? "in shadow" : `alerts, ${rule.severity}`;
  return `${what}, ${rule.category}, ${mode}`;
}

function compareAllLists(before: Comparable, after: Comparable): Change[] {
  const ids = [...new Set([...before.ruleSet.lists, ...after.ruleSet.lists].map((list) => list.id))].sort();
  return ids.flatMap((id): Change[] => {
    const [was, is] = [before, after].map(({ ruleSet }) => ruleSet.lists.find((list) => list.id === id));
    const users = [...before.ruleSet.rules, ...after.ruleSet.rules].filter(
      (rule) => "hosts" in rule && rule.hosts?.lists.includes(id),
    );
    const onlyAllows = users.length > 0 && users.every((rule) => rule.action === "allow");
    const [more, less] = onlyAllows ? (["narrower", "wider"] as const) : (["wider", "narrower"] as const);
    const changes: Change[] = [];
    const say = (effect: Change["effect"], words: string) => changes.push({ about: `list ${id}`, effect, words });
    const [old, now] = [before.lists?.get(id), after.lists?.get(id)];
    if (old !== undefined && now !== undefined) compareSets("hosts", old, now, more, say);
    else if (was === undefined && is !== undefined) say(more, `new, ${is.entries} hosts`);
    else if (was !== undefined && is === undefined) say(less, `removed; it had ${was.entries} hosts`);
    else if (was !== undefined && is !== undefined && was.sha256 !== is.sha256) {
      say(
        "both",
        `its hosts changed: ${is.entries}, before ${was.entries} (give both bundles as folders to see which)`,
      );
    }
    if (was !== undefined && is !== undefined && was.sensitive !== is.sensitive) {
      say("neutral", is.sensitive ? "it now holds keyed hashes only" : "it now holds hosts in the clear");
    }
    return changes;
  });
}

function compareTables(before: RuleSet, after: RuleSet): Change[] {
  const changes: Change[] = [];
  for (const table of ["engines", "wrappers"] as const) {
    const say = (effect: Change["effect"], words: string) => changes.push({ about: table, effect, words });
    const old = new Map<string, unknown>(before[table].map((one) => [one.id, one]));
    const now = new Map<string, unknown>(after[table].map((one) => [one.id, one]));
    compareSets("entries", [...old.keys()], [...now.keys()], "wider", say);
    const changed = [...now].filter(([id, one]) => old.has(id) && JSON.stringify(old.get(id)) !== JSON.stringify(one));
    if (changed.length > 0) say("both", `entries changed: ${few(changed.map(([id]) => id))}`);
  }
  return changes;
}

function allRules(ruleSet: RuleSet): (Rule | BehaviourRule)[] {
  return [...ruleSet.rules, ...ruleSet.behaviours];
}

function day(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}
