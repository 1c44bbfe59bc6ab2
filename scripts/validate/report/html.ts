import { sayItem } from "../corpus/item.ts";
import type { Validation } from "../run/validate.ts";
import type { GroupScore, Outcome, RuleScore } from "../score/score.ts";
import { projectPrecision } from "./base-rate.ts";
import { drawForest } from "./forest.ts";
import { html, type Markup, raw } from "./markup.ts";
import { sayShare } from "./share.ts";
import { style } from "./style.ts";
import { unmeasured } from "./unmeasured.ts";

type Why = (ruleId: string, outcome: Outcome) => string | undefined;

/** The whole report as one page: no scripts, nothing fetched, nothing that differs between two runs of one seed. */
export function describeHtml({ seed, scores }: Validation, title: string, why: Why): string {
  const { byOrigin } = scores;
  const withHarmless = scores.themes.filter(({ falseAlerts }) => falseAlerts.of > 0);
  const worst = Math.max(0.1, ...withHarmless.map(({ falseAlerts }) => falseAlerts.high));
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Validation of ${title}</title>
<style>${raw(style)}</style></head><body><main>
<h1>Validation of ${title}</h1>
<p>${scores.items} labelled items: ${byOrigin.written} written by hand, ${byOrigin.fixed} the same in every run, ${byOrigin.drawn} drawn from seed <code>${seed}</code>.
Labels come from how an item was made. Intervals are Wilson’s, 95 %.</p>
<dl class="figures">
${figure("Precision", sayShare(scores.precision), "of what rules matched in this pack, the share they were meant to match")}
${figure("Recall", sayShare(scores.recall), "of what rules were meant to match, the share they matched")}
${figure("False alerts", sayShare(scores.falseAlerts), `${scores.falseAlerts.hits} of ${scores.harmless} harmless items, all chosen to be difficult`)}
</dl>
<h2 id="rules">Rules</h2>
${drawForest(
  "Precision and recall of each rule with their intervals",
  [
    { name: "precision", shape: "dot" },
    { name: "recall", shape: "square" },
  ],
  scores.rules.map(({ ruleId, precision, recall }) => ({ name: ruleId, marked: false, shares: [precision, recall] })),
)}
${tableOfRules(scores.rules)}
<h2 id="themes">False alerts by theme</h2>
<p>The share of a theme’s harmless items on which a live rule raised an alert. * marks a protected theme: what concerns a protected characteristic, or help and advice.</p>
${drawForest(
  "Share of false alerts by theme",
  [{ name: "false alerts", shape: "dot" }],
  withHarmless.map(({ name, isProtected, falseAlerts }) => ({ name, marked: isProtected, shares: [falseAlerts] })),
  worst,
)}
${tableOfGroups("Theme", scores.themes)}
<h2 id="languages">By language</h2>
${tableOfGroups("Language", scores.languages)}
<h2 id="spellings">By spelling</h2>
<p>How the words of an item are respelled, and what is still found.</p>
${tableOfGroups("Spelling", scores.spellings)}
<h2 id="origins">By origin</h2>
<p>Written by hand, the same in every run, or drawn from this run’s seed. Rules that fit the first two better than the third were fitted to them.</p>
${tableOfGroups("Origin", scores.origins)}
<h2 id="confusions">Confusions</h2>
${table(
  ["Made for", "Matched by", "Items"],
  scores.confusions.map(({ meant, matched, count }) => [meant ?? "nothing (harmless)", matched, String(count)]),
)}
<h2 id="base-rates">What it would mean on a device</h2>
<p>The share of alerts that would be right where so few observations are prohibited, if all the harmless ones were as difficult as the pack’s. They are not: this is the worst case.</p>
${table(
  ["Prohibited, one in", "Alerts that would be right"],
  projectPrecision(scores).map(({ oneIn, precision }) => [String(oneIn), precision.toFixed(3)]),
)}
<h2 id="mistakes">Every mistake</h2>
${scores.rules.map((rule) => listMistakes(rule, why))}
<h2 id="unmeasured">What this does not measure</h2>
<ul>${unmeasured.map((line) => html`<li>${line}</li>`)}</ul>
${scores.unknownRules.length === 0 ? html`` : html`<p>The pack is meant for rules that the bundle does not have: ${scores.unknownRules.join(", ")}.</p>`}
${scores.untried.length === 0 ? html`` : html`<p>No item is meant for: ${scores.untried.join(", ")}.</p>`}
</main></body></html>
`;
  return page.text;
}

function figure(name: string, value: string, words: string): Markup {
  const [share = "", interval = ""] = value.split(/ (?=\()/);
  return html`<div><dt>${name}</dt><dd><b>${share}</b> ${interval}<small>${words}</small></dd></div>`;
}

function tableOfRules(rules: readonly RuleScore[]): Markup {
  return table(
    ["Rule", "Mode", "Found", "Wrong", "Missed", "Precision", "Recall"],
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

function tableOfGroups(head: string, groups: readonly GroupScore[]): Markup {
  return table(
    [head, "Items", "Harmless", "False alerts", "Share", "Recall"],
    groups.map(({ name, isProtected, items, falseAlerts, recall }) => [
      head === "Theme" && isProtected ? `${name} *` : name,
      String(items),
      String(falseAlerts.of),
      String(falseAlerts.hits),
      sayShare(falseAlerts),
      sayShare(recall),
    ]),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): Markup {
  return html`<div class="wide"><table><thead><tr>${head.map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead>
<tbody>${rows.map(
    ([first = "", ...rest]) =>
      html`<tr><th scope="row">${first}</th>${rest.map((cell) => html`<td>${cell}</td>`)}</tr>`,
  )}</tbody></table></div>`;
}

function listMistakes(rule: RuleScore, why: Why): Markup {
  const list = (what: string, outcomes: readonly Outcome[]) =>
    outcomes.length === 0
      ? html``
      : html`<details><summary>${rule.ruleId}: ${outcomes.length} ${what}</summary><ol>${outcomes.map(
          (one) =>
            html`<li><code>${sayItem(one.item)}</code> <span>${why(rule.ruleId, one) ?? ""}</span> <small>${one.item.id}</small></li>`,
        )}</ol></details>`;
  return html`${list("matched that were not meant", rule.wrong)}${list("meant that were not matched", rule.missed)}`;
}
