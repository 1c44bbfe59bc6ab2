import { PolicyError } from "../../errors.ts";
import type { AlertRule, BehaviourRule, RuleSet } from "../language.ts";
import { ruleLimits } from "../limits.ts";
import type { Signal } from "../signals.ts";

/** A behaviour rule with what its rules rest on: a clause has to allow all of it. */
export type Behaviour = { readonly rule: BehaviourRule; readonly signals: readonly Signal[] };

/** The behaviour rules of a rule set by the rules that feed them. */
export type Behaviours = {
  /** In the order of their ids, whatever the rule set's. */
  readonly all: readonly Behaviour[];
  fedBy(ruleId: string): readonly Behaviour[];
};

const none: readonly Behaviour[] = Object.freeze([]);

/** Throws RULE_REFUSED where a behaviour rule rests on what cannot feed it. */
export function buildBehaviours(ruleSet: Pick<RuleSet, "rules" | "behaviours">): Behaviours {
  const sources = new Map<string, AlertRule>();
  for (const rule of ruleSet.rules) if (rule.action !== "allow") sources.set(rule.ruleId, rule);
  const all = ruleSet.behaviours
    .map((rule) => ({ rule, signals: readSignals(rule, sources) }))
    .sort((a, b) => (a.rule.ruleId < b.rule.ruleId ? -1 : 1));
  const fed = new Map<string, Behaviour[]>();
  for (const behaviour of all) {
    for (const id of behaviour.rule.rules) {
      const known = fed.get(id) ?? [];
      if (known.length === ruleLimits.behavioursPerRule) {
        throw new PolicyError("RULE_REFUSED", `Rule ${id} feeds too many behaviour rules.`);
      }
      fed.set(id, [...known, behaviour]);
    }
  }
  return { all, fedBy: (ruleId) => fed.get(ruleId) ?? none };
}

/** The signals of all rules that a behaviour rule names, each once. */
export function readSignals(behaviour: BehaviourRule, sources: ReadonlyMap<string, AlertRule>): readonly Signal[] {
  const { ruleId, mode, rules } = behaviour;
  const signals = rules.map((id) => {
    const source = sources.get(id);
    if (source === undefined) {
      throw new PolicyError(
        "RULE_REFUSED",
        `Rule ${ruleId} counts matches of a rule that is not there or is an allow rule.`,
      );
    }
    if (mode === "live" && source.mode === "shadow") {
      throw new PolicyError("RULE_REFUSED", `Rule ${ruleId} is live and rests on a rule in shadow.`);
    }
    return source.signal;
  });
  return [...new Set(signals)];
}
