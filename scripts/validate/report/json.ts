import { sayItem } from "../corpus/item.ts";
import type { Validation } from "../run/validate.ts";
import type { Share } from "../score/interval.ts";
import type { GroupScore, RuleScore } from "../score/score.ts";
import { unmeasured } from "./unmeasured.ts";

const interval = ({ low, high }: Share) => [low, high] as const;

/** The last line of `--json`: the figures alone. A share of nothing is null. */
export function describeFigures({ seed, scores }: Validation) {
  return {
    items: scores.items,
    precision: scores.precision.value ?? null,
    recall: scores.recall.value ?? null,
    rules: scores.rules.map(describeRule),
    seed,
    harmless: scores.harmless,
    falseAlerts: scores.falseAlerts.value ?? null,
  };
}

function describeRule({ ruleId, revision, mode, found, wrong, missed, precision, recall }: RuleScore) {
  return {
    ruleId,
    revision,
    mode,
    found,
    wrong: wrong.length,
    missed: missed.length,
    precision: precision.value ?? null,
    precisionInterval: interval(precision),
    recall: recall.value ?? null,
    recallInterval: interval(recall),
  };
}

/** Everything that the HTML report says, for programs. */
export function describeReport(validation: Validation, bundle: string, version: number) {
  const { scores } = validation;
  return {
    bundle,
    version,
    ...describeFigures(validation),
    byOrigin: scores.byOrigin,
    themes: scores.themes.map(describeGroup),
    languages: scores.languages.map(describeGroup),
    spellings: scores.spellings.map(describeGroup),
    origins: scores.origins.map(describeGroup),
    confusions: scores.confusions.map(({ meant, matched, count }) => ({ meant: meant ?? null, matched, count })),
    mistakes: scores.rules.map(({ ruleId, wrong, missed }) => ({
      ruleId,
      wrong: wrong.map(({ item }) => ({ id: item.id, item: sayItem(item) })),
      missed: missed.map(({ item }) => ({ id: item.id, item: sayItem(item) })),
    })),
    unknownRules: scores.unknownRules,
    untried: scores.untried,
    unmeasured,
  };
}

function describeGroup({ name, isProtected, items, falseAlerts, recall }: GroupScore) {
  return {
    name,
    protected: isProtected,
    items,
    harmless: falseAlerts.of,
    falseAlerts: falseAlerts.value ?? null,
    falseAlertsInterval: interval(falseAlerts),
    recall: recall.value ?? null,
    recallInterval: interval(recall),
  };
}
