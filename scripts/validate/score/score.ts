import type { AlertingRule, AlertRule, RuleSet } from "@overt/shared/rules/language.ts";
import { type Item, type Origin, origins } from "../corpus/item.ts";
import { type Share, shareOf } from "./interval.ts";

/** An item with what the engine made of it. */
export type Outcome = { readonly item: Item; readonly matched: ReadonlySet<string> };

export type RuleScore = {
  readonly ruleId: string;
  readonly revision: number;
  readonly action: AlertRule["action"];
  readonly mode: AlertRule["mode"];
  readonly found: number;
  /** Matched what it was not meant to find. */
  readonly wrong: readonly Outcome[];
  /** Did not match what it was meant to find. */
  readonly missed: readonly Outcome[];
  readonly precision: Share;
  readonly recall: Share;
};

export type GroupScore = {
  readonly name: string;
  readonly isProtected: boolean;
  readonly items: number;
  /** Of the harmless items, those on which a live rule raised an alert. */
  readonly falseAlerts: Share;
  /** Of all that rules were meant to find in the group's items, what they found. */
  readonly recall: Share;
};

/** One pair of a confusion list: an item made for `meant` (undefined: harmless) that `matched` matched. */
export type Confusion = { readonly meant: string | undefined; readonly matched: string; readonly count: number };

export type Scores = {
  readonly items: number;
  readonly harmless: number;
  readonly byOrigin: Readonly<Record<Origin, number>>;
  readonly precision: Share;
  readonly recall: Share;
  readonly falseAlerts: Share;
  readonly rules: readonly RuleScore[];
  readonly themes: readonly GroupScore[];
  readonly languages: readonly GroupScore[];
  readonly spellings: readonly GroupScore[];
  readonly origins: readonly GroupScore[];
  readonly confusions: readonly Confusion[];
  /** Rules that the pack speaks of and the bundle does not have. */
  readonly unknownRules: readonly string[];
  /** Rules of the bundle that no item of the pack is meant for. */
  readonly untried: readonly string[];
};

/** Alert and count rules and behaviour rules; an allow rule shows in what it keeps the others from. */
export function listScored(ruleSet: RuleSet): readonly AlertingRule[] {
  const rules = ruleSet.rules.filter((rule): rule is AlertRule => rule.action !== "allow");
  return [...rules, ...ruleSet.behaviours].sort((a, b) => (a.ruleId < b.ruleId ? -1 : 1));
}

export function scoreOutcomes(ruleSet: RuleSet, outcomes: readonly Outcome[]): Scores {
  const scored = listScored(ruleSet);
  const known = new Set(scored.map((rule) => rule.ruleId));
  const meant = new Set(outcomes.flatMap(({ item }) => item.expects));
  const rules = scored.map((rule) => scoreRule(rule, outcomes));
  const alerting = new Set(
    scored.filter((rule) => rule.action === "alert" && rule.mode === "live").map((rule) => rule.ruleId),
  );
  const sum = (count: (rule: RuleScore) => number) => rules.reduce((total, rule) => total + count(rule), 0);
  const found = sum((rule) => rule.found);
  const group = (key: (item: Item) => string) => scoreGroups(outcomes, key, alerting);
  return {
    items: outcomes.length,
    harmless: outcomes.filter(isHarmless).length,
    byOrigin: countOrigins(outcomes),
    precision: shareOf(found, found + sum((rule) => rule.wrong.length)),
    recall: shareOf(found, found + sum((rule) => rule.missed.length)),
    falseAlerts: shareFalse(outcomes, alerting),
    rules,
    themes: group((item) => item.theme),
    languages: group((item) => item.language),
    spellings: group((item) => item.spelling),
    origins: group((item) => item.origin),
    confusions: countConfusions(outcomes, known),
    unknownRules: [...meant].filter((id) => !known.has(id)).sort(),
    untried: [...known].filter((id) => !meant.has(id)),
  };
}

function scoreRule({ ruleId, revision, action, mode }: AlertingRule, outcomes: readonly Outcome[]): RuleScore {
  const isMeant = ({ item }: Outcome) => item.expects.includes(ruleId);
  const isMatched = ({ matched }: Outcome) => matched.has(ruleId);
  const meant = outcomes.filter(isMeant);
  const matched = outcomes.filter(isMatched);
  const found = meant.filter(isMatched).length;
  return {
    ruleId,
    revision,
    action,
    mode,
    found,
    wrong: matched.filter((one) => !isMeant(one)),
    missed: meant.filter((one) => !isMatched(one)),
    precision: shareOf(found, matched.length),
    recall: shareOf(found, meant.length),
  };
}

function scoreGroups(
  outcomes: readonly Outcome[],
  key: (item: Item) => string,
  alerting: ReadonlySet<string>,
): readonly GroupScore[] {
  const groups = new Map<string, Outcome[]>();
  for (const outcome of outcomes) {
    const name = key(outcome.item);
    const group = groups.get(name) ?? [];
    group.push(outcome);
    groups.set(name, group);
  }
  return [...groups]
    .map(([name, members]): GroupScore => {
      const meant = members.reduce((sum, { item }) => sum + item.expects.length, 0);
      const found = members.reduce(
        (sum, { item, matched }) => sum + item.expects.filter((id) => matched.has(id)).length,
        0,
      );
      return {
        name,
        isProtected: members.some(({ item }) => item.isProtected),
        items: members.length,
        falseAlerts: shareFalse(members, alerting),
        recall: shareOf(found, meant),
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function shareFalse(outcomes: readonly Outcome[], alerting: ReadonlySet<string>): Share {
  const harmless = outcomes.filter(isHarmless);
  return shareOf(harmless.filter(({ matched }) => [...matched].some((id) => alerting.has(id))).length, harmless.length);
}

function isHarmless({ item }: Outcome): boolean {
  return item.expects.length === 0;
}

function countOrigins(outcomes: readonly Outcome[]): Readonly<Record<Origin, number>> {
  const count = (origin: Origin) => outcomes.filter(({ item }) => item.origin === origin).length;
  return Object.fromEntries(origins.map((origin) => [origin, count(origin)])) as Record<Origin, number>;
}

function countConfusions(outcomes: readonly Outcome[], known: ReadonlySet<string>): readonly Confusion[] {
  const counts = new Map<string, Confusion>();
  for (const { item, matched } of outcomes) {
    for (const id of matched) {
      if (!known.has(id) || item.expects.includes(id)) continue;
      const meant = item.expects[0];
      const key = `${meant ?? ""}\0${id}`;
      counts.set(key, { meant, matched: id, count: (counts.get(key)?.count ?? 0) + 1 });
    }
  }
  return [...counts.values()].sort(
    (a, b) => b.count - a.count || (a.matched < b.matched ? -1 : 1) || ((a.meant ?? "") < (b.meant ?? "") ? -1 : 1),
  );
}
