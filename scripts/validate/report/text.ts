import { layTable } from "../../authority/rules/output.ts";
import { printable } from "../../authority/rules/source/show-problems.ts";
import { sayItem } from "../corpus/item.ts";
import type { Validation } from "../run/validate.ts";
import type { GroupScore, Outcome, RuleScore } from "../score/score.ts";
import { projectPrecision } from "./base-rate.ts";
import { sayShare } from "./share.ts";
import { unmeasured } from "./unmeasured.ts";

const shown = 3;

/** The report for a terminal. `why` says what the engine makes of a rule and an item. */
export function describeText(
  { seed, scores }: Validation,
  title: string,
  why: (ruleId: string, outcome: Outcome) => string | undefined,
): string {
  const { byOrigin } = scores;
  const parts = [
    `${title} on ${scores.items} items: ${byOrigin.written} written by hand, ${byOrigin.fixed} the same in every run, ${byOrigin.drawn} drawn from seed ${seed}`,
    `Precision ${sayShare(scores.precision)}, recall ${sayShare(scores.recall)}; false alerts on harmless items ${sayShare(scores.falseAlerts)} (${scores.falseAlerts.hits} of ${scores.harmless}). Brackets: Wilson interval, 95 %.`,
    tableOfRules(scores.rules),
    tableOfGroups(
      "theme",
      scores.themes.filter(({ falseAlerts }) => falseAlerts.of > 0),
    ),
    tableOfGroups("language", scores.languages),
    tableOfGroups("spelling", scores.spellings),
    tableOfGroups("origin", scores.origins),
    layTable(
      ["made for", "matched by", "items"],
      scores.confusions.map(({ meant, matched, count }) => [meant ?? "nothing (harmless)", matched, String(count)]),
    ),
    ...scores.rules.flatMap((rule) => describeMistakes(rule, why)),
    layTable(
      ["prohibited, one in", "share of alerts that would be right"],
      projectPrecision(scores).map(({ oneIn, precision }) => [String(oneIn), precision.toFixed(3)]),
    ),
    ["What this does not measure", ...unmeasured.map((line) => `  - ${line}`)].join("\n"),
  ];
  if (scores.unknownRules.length > 0)
    parts.push(
      `The pack is meant for rules that the bundle does not have: ${scores.unknownRules.join(", ")}. --pack takes a pack of your own.`,
    );
  if (scores.untried.length > 0) parts.push(`No item is meant for: ${scores.untried.join(", ")}.`);
  return parts.join("\n\n");
}

function tableOfRules(rules: readonly RuleScore[]): string {
  return layTable(
    ["rule", "mode", "found", "wrong", "missed", "precision", "recall"],
    rules.map((rule) => [
      rule.ruleId,
      rule.action === "count" ? "count" : rule.mode,
      String(rule.found),
      String(rule.wrong.length),
      String(rule.missed.length),
      sayShare(rule.precision),
      sayShare(rule.recall),
    ]),
  );
}

function tableOfGroups(head: string, groups: readonly GroupScore[]): string {
  return (
    layTable(
      [head, "items", "false alerts", "recall"],
      groups.map((group) => [
        head === "theme" && group.isProtected ? `${group.name} *` : group.name,
        String(group.items),
        group.falseAlerts.of === 0
          ? "-"
          : `${group.falseAlerts.hits} of ${group.falseAlerts.of}, ${sayShare(group.falseAlerts)}`,
        sayShare(group.recall),
      ]),
    ) + (head === "theme" ? "\n* a protected theme" : "")
  );
}

function describeMistakes(rule: RuleScore, why: (ruleId: string, outcome: Outcome) => string | undefined): string[] {
  const lines = (what: string, outcomes: readonly Outcome[]) => {
    if (outcomes.length === 0) return [];
    const rows = outcomes.slice(0, shown).map((one) => {
      const reason = why(rule.ruleId, one);
      return `    ${printable(sayItem(one.item)).slice(0, 150)}${reason === undefined ? "" : `\n      ${printable(reason)}`}`;
    });
    const more =
      outcomes.length > shown ? [`    … and ${outcomes.length - shown} more (--html or --report has all)`] : [];
    return [`  ${what}`, ...rows, ...more];
  };
  const all = [...lines("matched, and was not meant", rule.wrong), ...lines("meant, and not matched", rule.missed)];
  return all.length === 0 ? [] : [[rule.ruleId, ...all].join("\n")];
}
