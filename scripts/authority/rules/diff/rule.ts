import type { AlertRule, AllowRule, BehaviourRule, Rule } from "@overt/shared/rules/language.ts";
import type { HostMatcher, Schedule } from "@overt/shared/rules/matchers.ts";
import { sayDuration } from "../bundle/duration.ts";
import { sayEvidence } from "../bundle/rule.ts";
import { saySpan } from "../bundle/schedule.ts";
import { type Change, compareHosts, compareSets, type Effect, type Say, turnAround } from "./change.ts";
import { compareNumber, compareTerms } from "./terms.ts";

type AnyRule = Rule | BehaviourRule;
type Acting = AlertRule | BehaviourRule;

/** What changed in one rule. A change of what it does without a new revision is said too. */
export function compareRule(before: AnyRule, after: AnyRule): Change[] {
  const changes: Change[] = [];
  const allows = after.action === "allow" && before.action === "allow";
  const note = (effect: Effect, words: string) => changes.push({ about: after.ruleId, effect, words });
  const say: Say = (effect, words) => note(allows ? turnAround(effect) : effect, words);

  if (before.action !== after.action) {
    const order = ["allow", "count", "alert"];
    const wider = order.indexOf(after.action) > order.indexOf(before.action);
    note(wider ? "wider" : "narrower", `action is ${after.action}, before ${before.action}`);
  }
  if (before.category !== after.category) {
    note(
      "both",
      `category is ${after.category ?? "any"}, before ${before.category ?? "any"}: another clause has to allow it`,
    );
  }
  compareSchedule(before.schedule, after.schedule, say);
  if (isActing(before) && isActing(after)) compareConsequences(before, after, say);
  if ("kind" in before && "kind" in after) compareBehaviour(before, after, say);
  else if (!("kind" in before) && !("kind" in after)) compareMatchers(before, after, say);
  else say("both", "it is another kind of rule");

  const acts = changes.length > 0;
  if (before.reason !== after.reason) note("neutral", "the reason is worded anew");
  if (before.knownFailures !== after.knownFailures) note("neutral", "the known failures are worded anew");
  if (JSON.stringify(before.examples) !== JSON.stringify(after.examples)) note("neutral", "the examples changed");
  if (acts && after.revision <= before.revision) {
    note(
      "neutral",
      `revision is still ${after.revision}: write ${before.revision + 1}, or its precision is mixed with the old one's`,
    );
  }
  return changes;
}

function isActing(rule: AnyRule): rule is Acting {
  return rule.action !== "allow";
}

function compareConsequences(before: Acting, after: Acting, say: Say): void {
  if (before.severity !== after.severity) say("neutral", `severity is ${after.severity}, before ${before.severity}`);
  if (before.evidence !== after.evidence) {
    const effect = after.evidence > before.evidence ? "wider" : "narrower";
    say(effect, `evidence is ${sayEvidence(after.evidence)}, before ${sayEvidence(before.evidence)}`);
  }
  if (before.mode !== after.mode)
    say(after.mode === "live" ? "wider" : "narrower", `it is ${after.mode}, before ${before.mode}`);
  if (before.cooldownSeconds !== after.cooldownSeconds) {
    const effect = after.cooldownSeconds < before.cooldownSeconds ? "wider" : "narrower";
    say(effect, `cooldown is ${sayDuration(after.cooldownSeconds)}, before ${sayDuration(before.cooldownSeconds)}`);
  }
  compareNumber("budget is", before.budgetPerDay, after.budgetPerDay, " a day", "wider", say);
}

function compareMatchers(before: AlertRule | AllowRule, after: AlertRule | AllowRule, say: Say): void {
  if (before.signal !== after.signal) {
    say("both", `signal is ${after.signal}, before ${before.signal}`);
    return;
  }
  compareScope(before, after, say);
  if ("paths" in before || "paths" in after) {
    const paths = (rule: AlertRule | AllowRule) => ("paths" in rule ? (rule.paths ?? []) : []);
    compareSets("paths", paths(before), paths(after), "wider", say);
  }
  if ("terms" in before && "terms" in after) compareTerms(before.terms, after.terms, say);
  if ("apps" in before && "apps" in after) {
    const apps = (rule: typeof before) => rule.apps.map((app) => Object.values(app).join(" + "));
    compareSets("applications", apps(before), apps(after), "wider", say);
  }
  if ("indicators" in before && "indicators" in after) {
    compareSets("indicators", before.indicators, after.indicators, "wider", say);
  }
  if ("devices" in before && "devices" in after) {
    compareSets("device classes", before.devices.classes, after.devices.classes, "wider", say);
    const [old, now] = [before.devices.registered, after.devices.registered];
    if (old !== now)
      say(
        now === undefined ? "wider" : old === undefined ? "narrower" : "both",
        "declared devices are treated otherwise",
      );
  }
}

function compareScope(before: AlertRule | AllowRule, after: AlertRule | AllowRule, say: Say): void {
  const hosts = (rule: AlertRule | AllowRule): HostMatcher | undefined => ("hosts" in rule ? rule.hosts : undefined);
  const [old, now] = [hosts(before), hosts(after)];
  // On a text rule hosts narrow; without them it speaks of every page.
  const narrows = "terms" in after;
  if (narrows && (old === undefined) !== (now === undefined)) {
    say(
      now === undefined ? "wider" : "narrower",
      now === undefined ? "it speaks of every page" : "it speaks of some hosts only",
    );
    return;
  }
  compareHosts("hosts", old?.names ?? [], now?.names ?? [], "wider", say);
  compareSets("lists", old?.lists ?? [], now?.lists ?? [], "wider", say);
  compareHosts("hosts left out", old?.unless ?? [], now?.unless ?? [], "narrower", say);
}

function compareBehaviour(before: BehaviourRule, after: BehaviourRule, say: Say): void {
  if (before.kind !== after.kind) say("both", `type is ${after.kind}, before ${before.kind}`);
  const counts = after.kind === "event_count" || after.kind === "value_count";
  compareSets("rules counted", before.rules, after.rules, counts ? "wider" : "narrower", say);
  compareSets("group-by", before.groupBy, after.groupBy, "narrower", say);
  if (before.timespanSeconds !== after.timespanSeconds) {
    const effect = after.timespanSeconds > before.timespanSeconds ? "wider" : "narrower";
    say(effect, `timespan is ${sayDuration(after.timespanSeconds)}, before ${sayDuration(before.timespanSeconds)}`);
  }
  const [old, now] = [before.condition, after.condition];
  if (old === undefined || now === undefined || JSON.stringify(old) === JSON.stringify(now)) return;
  const words = `condition is ${now.op} ${now.count}${now.field ? ` ${now.field}` : ""}, before ${old.op} ${old.count}${old.field ? ` ${old.field}` : ""}`;
  if (old.op !== now.op || old.field !== now.field) say("both", words);
  else say(now.count < old.count ? "wider" : "narrower", words);
}

function compareSchedule(
  before: readonly Schedule[] | undefined,
  after: readonly Schedule[] | undefined,
  say: Say,
): void {
  if (JSON.stringify(before) === JSON.stringify(after)) return;
  const [old, now] = [minutesOf(before), minutesOf(after)];
  const more = now.some((on, minute) => on && !old[minute]);
  const less = old.some((on, minute) => on && !now[minute]);
  const words = (spans: readonly Schedule[] | undefined) => spans?.map(saySpan).join("; ") ?? "at all times";
  const effect = more && less ? "both" : more ? "wider" : less ? "narrower" : "neutral";
  say(effect, `schedule is ${words(after)}, before ${words(before)}`);
}

/** Each minute of the week. */
function minutesOf(spans: readonly Schedule[] | undefined): boolean[] {
  const week = new Array<boolean>(7 * 1_440).fill(spans === undefined);
  for (const { days, from, to } of spans ?? []) {
    const start = minute(from);
    const length = (minute(to) - start + 1_440) % 1_440 || 1_440;
    for (const day of days) {
      for (let i = 0; i < length; i++) week[((day - 1) * 1_440 + start + i) % week.length] = true;
    }
  }
  return week;
}

function minute(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}
