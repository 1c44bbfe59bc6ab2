import type { BehaviourRule, Rule } from "@overt/shared/rules/language.ts";
import { ruleLimits as limits } from "@overt/shared/rules/limits.ts";
import { listTerms } from "@overt/shared/rules/terms.ts";
import { findNearest } from "../source/nearest.ts";
import type { Place, Problems, Source } from "../source/problems.ts";
import type { MapValue, Value } from "../source/value.ts";
import type { Header } from "./header.ts";
import { findPlace } from "./issues.ts";

type Parts = {
  readonly rules: readonly Rule[];
  readonly behaviours: readonly BehaviourRule[];
  readonly values: readonly Value[];
  readonly lists: ReadonlyMap<string, Source>;
  readonly header: Header | undefined;
};

/** What one part of a bundle says of another: lists and rules that are named are there, and the totals are kept. */
export function checkLinks({ rules, behaviours, values, lists, header }: Parts, problems: Problems): void {
  const named = new Set<string>();
  const ids = [...lists.keys()];
  for (const rule of rules) {
    const hosts = "hosts" in rule ? rule.hosts : undefined;
    hosts?.lists.forEach((list, at) => {
      named.add(list);
      if (lists.has(list)) return;
      const place = placeOf(values, rule.ruleId, ["hosts", "lists", at]);
      problems.error(place, `there is no list "${list}"`, findNearest(list, ids) ?? `a file lists/${list}.txt`);
    });
  }
  for (const [id, source] of lists) {
    const whole = { source, start: 0, end: 0 };
    if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(id))
      problems.error(whole, "a list's file is named in lower case with hyphens");
    else if (!named.has(id)) problems.advise(whole, "no rule uses this list");
  }
  for (const id of header?.sensitiveLists ?? []) {
    const [first] = values;
    if (!lists.has(id) && first) problems.error(first.place, `bundle.yaml speaks of a list "${id}" that is not there`);
  }
  checkBehaviours(rules, behaviours, values, problems);
  checkTotals(rules, behaviours, lists, values, problems);
}

function checkBehaviours(
  rules: readonly Rule[],
  behaviours: readonly BehaviourRule[],
  values: readonly Value[],
  problems: Problems,
): void {
  const able = rules.filter((rule) => rule.action !== "allow").map((rule) => rule.ruleId);
  const known = new Set(able);
  const shadows = new Set(
    rules.flatMap((rule) => (rule.action !== "allow" && rule.mode === "shadow" ? [rule.ruleId] : [])),
  );
  for (const behaviour of behaviours) {
    behaviour.rules.forEach((id, at) => {
      const place = placeOf(values, behaviour.ruleId, ["rules", at]);
      if (!known.has(id)) problems.error(place, `there is no alert or count rule "${id}"`, findNearest(id, able));
      else if (behaviour.mode === "live" && shadows.has(id)) {
        problems.error(
          place,
          `"${id}" is in shadow, and this rule is live`,
          "mode: shadow, until the other is live too",
        );
      }
    });
    const mine = new Set(behaviour.rules);
    for (const kind of ["match", "noMatch"] as const) {
      behaviour.examples[kind].forEach((run, at) => {
        run.forEach((step, number) => {
          if (mine.has(step.rule)) return;
          const place = placeOf(values, behaviour.ruleId, ["examples", kind, at, number, "rule"]);
          problems.error(
            place,
            `the correlation does not name "${step.rule}"`,
            findNearest(step.rule, behaviour.rules),
          );
        });
      });
    }
  }
}

function checkTotals(
  rules: readonly Rule[],
  behaviours: readonly BehaviourRule[],
  lists: ReadonlyMap<string, Source>,
  values: readonly Value[],
  problems: Problems,
): void {
  const place = values[0]?.place;
  if (place === undefined) return;
  const whole: Place = { ...place, start: 0, end: 0 };
  const used = countUse(rules, behaviours.length, lists.size);
  for (const { what, count, most } of used) {
    if (count > most) problems.error(whole, `the bundle has ${count} ${what}; at most ${most}`);
  }
}

/** How much of each limit a bundle uses. */
export function countUse(rules: readonly Rule[], behaviours: number, lists: number) {
  const terms = rules.reduce(
    (sum, rule) => ("terms" in rule ? listTerms(rule.terms).reduce((n, [, list]) => n + list.length, sum) : sum),
    0,
  );
  const paths = rules.reduce((sum, rule) => sum + ("paths" in rule ? (rule.paths?.length ?? 0) : 0), 0);
  return [
    { what: "rules", count: rules.length, most: limits.rules },
    { what: "behaviours", count: behaviours, most: limits.behaviours },
    { what: "terms", count: terms, most: limits.terms },
    { what: "paths", count: paths, most: limits.paths },
    { what: "lists", count: lists, most: limits.lists },
  ];
}

function placeOf(values: readonly Value[], ruleId: string, path: readonly PropertyKey[]): Place {
  const value = values.find(
    (one): one is MapValue =>
      one.kind === "map" &&
      one.entries.some(({ key, value: id }) => key === "rule" && "text" in id && id.text === ruleId),
  );
  return value === undefined ? (values[0] as Value).place : findPlace(value, path);
}
