import { canonicalBytes } from "@overt/shared/crypto/canonical.ts";
import { limits } from "@overt/shared/limits.ts";
import type { BehaviourRule, Rule } from "@overt/shared/rules/language.ts";
import { adviseLookAlikes } from "./advise-look-alikes.ts";
import { type Bundle, buildRuleSet } from "./bundle/bundle.ts";
import { countUse } from "./bundle/links.ts";
import { findRefusal, openBundle } from "./compile.ts";
import type { Problem, Problems } from "./source/problems.ts";

export type Use = { readonly what: string; readonly count: number; readonly most: number };
export type Checked = {
  /** Undefined where an error keeps it from being compiled. */
  readonly bundle: Bundle | undefined;
  readonly problems: readonly Problem[];
  /** How much of each limit is used. */
  readonly used: readonly Use[];
  /** The most alerts a day that the budgets let through for one person. */
  readonly alertsADay: number;
};

/**
 * Everything that can be said of a bundle without trying an example. `protectedHosts`: an order's, which no rule's host
 * should look like.
 */
export function checkBundle(path: string, protectedHosts: readonly string[] = []): Checked {
  const { bundle, problems } = openBundle(path);
  if (bundle === undefined) return { bundle, problems: problems.list(), used: [], alertsADay: 0 };
  const refusal = findRefusal(bundle);
  if (refusal !== undefined) {
    const about = [...bundle.places.keys()]
      .filter((id) => refusal.includes(` ${id} `))
      .sort((a, b) => b.length - a.length);
    const place = bundle.places.get(about[0] ?? "") ?? [...bundle.places.values()][0];
    if (place !== undefined) problems.error(place, `the rule engine refuses the bundle: ${refusal}`);
  }
  advise(bundle, problems);
  adviseLookAlikes(bundle, protectedHosts, problems);
  const size = canonicalBytes(buildRuleSet(bundle, [])).length;
  return {
    bundle: refusal === undefined ? bundle : undefined,
    problems: problems.list(),
    used: [
      ...countUse(bundle.rules, bundle.behaviours.length, bundle.lists.size),
      { what: "bytes of JSON", count: size, most: limits.payload.ruleSet },
    ],
    alertsADay: [...bundle.rules, ...bundle.behaviours].reduce((sum, rule) => sum + budgetOf(rule), 0),
  };
}

function budgetOf(rule: Rule | BehaviourRule): number {
  return rule.action === "alert" && rule.mode === "live" ? rule.budgetPerDay : 0;
}

/** Budgets and breadth that experience speaks against; they keep nothing from being compiled. */
function advise(bundle: Bundle, problems: Problems): void {
  for (const rule of [...bundle.rules, ...bundle.behaviours]) {
    const place = bundle.places.get(rule.ruleId);
    if (place === undefined || rule.action === "allow" || rule.mode === "shadow") continue;
    if (rule.action === "alert" && rule.budgetPerDay > 20) {
      problems.advise(
        place,
        `${rule.budgetPerDay} alerts a day for each person is more than a reviewer can read`,
        "budget: 10 a day",
      );
    }
    if (rule.action === "alert" && rule.cooldownSeconds === 0) {
      problems.advise(place, "without a cooldown one page that reloads makes many alerts", "cooldown: 30 min");
    }
    if ("terms" in rule && rule.terms.near === undefined && (rule.terms.minDistinct ?? 1) < 2) {
      const single = rule.terms.any?.find(({ text }) => !/[\s\p{P}]/u.test(text) && /^\p{sc=Latn}+$/u.test(text));
      if (single !== undefined && rule.terms.unless === undefined) {
        problems.advise(
          place,
          `the single word "${single.text}" is enough to match; such rules misfire most`,
          "near:, at-least: 2 or unless:",
        );
      }
    }
    if ("terms" in rule) {
      const loose = [...(rule.terms.any ?? []), ...(rule.terms.near?.first ?? [])].find(
        ({ boundary, text }) => boundary === "any" && /^\p{sc=Latn}{1,5}$/u.test(text),
      );
      if (loose !== undefined) {
        problems.advise(
          place,
          `"${loose.text}" is found inside longer words, such as names of places`,
          "boundary: word",
        );
      }
    }
  }
}
