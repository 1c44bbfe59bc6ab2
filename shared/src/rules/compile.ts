import type { Verified } from "../brand.ts";
import { PolicyError } from "../errors.ts";
import { buildHostMatcher, type HostCover } from "./hosts.ts";
import type { AlertRule, AllowRule, RuleSet } from "./language.ts";
import { ruleLimits } from "./limits.ts";
import type { ListSource } from "./lists.ts";
import { buildEngine, type CompiledRule, type RuleEngine } from "./match.ts";
import { compilePath } from "./paths.ts";
import { compileTerms, termForm } from "./terms.ts";
import { unicodeVersion } from "./unicode.ts";

/**
 * A verified rule set made ready to match. All or nothing: throws RULE_REFUSED where any part of it cannot be matched
 * exactly as written, and MISSING_LIST where a list is not there.
 */
export function compileRules(ruleSet: Verified<RuleSet>, lists: ListSource): RuleEngine {
  if (ruleSet.unicode !== unicodeVersion) {
    throw new PolicyError(
      "RULE_REFUSED",
      "The rule set is written for another version of Unicode than this program has.",
    );
  }
  checkIds(ruleSet);
  checkTotals(ruleSet);
  checkBehaviours(ruleSet);
  const covers = new Map<string, HostCover>();
  const openList = (id: string) => {
    const open = covers.get(id);
    if (open !== undefined) return open;
    const reference = ruleSet.lists.find((list) => list.id === id);
    if (reference === undefined)
      throw new PolicyError("RULE_REFUSED", "A rule names a list that the rule set does not carry.");
    const cover = lists.openList(reference);
    covers.set(id, cover);
    return cover;
  };
  return buildEngine(
    ruleSet,
    ruleSet.rules.map((rule) => compileRule(rule, openList)),
  );
}

function compileRule(rule: AlertRule | AllowRule, openList: (id: string) => HostCover): CompiledRule {
  const terms = "terms" in rule ? rule.terms : undefined;
  for (const term of [terms?.any, terms?.near?.first, terms?.near?.second, terms?.unless].flatMap((t) => t ?? [])) {
    if (termForm(term) === "") {
      throw refusal(rule.ruleId, "holds a term without a letter, digit or emoji");
    }
    if (term.lookalikes || term.spaced || term.digits) {
      throw refusal(rule.ruleId, "asks for a spelling that this program does not match yet");
    }
  }
  return {
    rule,
    hosts: "hosts" in rule && rule.hosts !== undefined ? buildHostMatcher(rule.hosts, openList) : undefined,
    paths: "paths" in rule ? (rule.paths ?? []).map(compilePath) : [],
    terms: terms && compileTerms(terms),
  };
}

function checkIds(ruleSet: RuleSet) {
  const ids = [...ruleSet.rules, ...ruleSet.behaviours].map((rule) => rule.ruleId);
  if (new Set(ids).size !== ids.length) throw new PolicyError("RULE_REFUSED", "Two rules have the same id.");
  const lists = ruleSet.lists.map((list) => list.id);
  if (new Set(lists).size !== lists.length) throw new PolicyError("RULE_REFUSED", "Two lists have the same id.");
}

function checkTotals(ruleSet: RuleSet) {
  const paths = ruleSet.rules.reduce((sum, rule) => sum + ("paths" in rule ? (rule.paths?.length ?? 0) : 0), 0);
  const terms = ruleSet.rules.reduce((sum, rule) => {
    if (!("terms" in rule)) return sum;
    const { any, near, unless } = rule.terms;
    return sum + (any?.length ?? 0) + (near ? near.first.length + near.second.length : 0) + (unless?.length ?? 0);
  }, 0);
  if (paths > ruleLimits.paths) throw new PolicyError("RULE_REFUSED", "The rule set has too many path patterns.");
  if (terms > ruleLimits.terms) throw new PolicyError("RULE_REFUSED", "The rule set has too many terms.");
}

function checkBehaviours(ruleSet: RuleSet) {
  for (const behaviour of ruleSet.behaviours) {
    throw refusal(behaviour.ruleId, "is a behaviour rule, which this program does not match yet");
  }
}

function refusal(ruleId: string, what: string): PolicyError {
  return new PolicyError("RULE_REFUSED", `Rule ${ruleId} ${what}.`);
}
