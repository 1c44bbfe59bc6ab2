import { replay } from "@overt/shared/rules/behaviour/replay.ts";
import { explain } from "@overt/shared/rules/explain.ts";
import type {
  AlertRule,
  AllowRule,
  BehaviourRule,
  BehaviourStep,
  Example,
  Rule,
} from "@overt/shared/rules/language.ts";
import type { RuleEngine } from "@overt/shared/rules/match.ts";
import type { Bundle } from "./bundle/bundle.ts";
import { buildBundleEngine } from "./compile.ts";
import { deskEngine, observeExample, timeOfExample } from "./observe.ts";
import { sayVerdict } from "./say-verdict.ts";

export type ExampleResult = {
  readonly ruleId: string;
  /** What the author says of the example. */
  readonly wanted: "match" | "no match";
  readonly number: number;
  /** The example in one line. */
  readonly example: string;
  readonly passed: boolean;
  /** Why it came out as it did, where that is not what was wanted. */
  readonly why: string | undefined;
};

/** Every example of every rule, within the whole bundle: a rule that another one beats does not match. */
export function testExamples(bundle: Bundle): readonly ExampleResult[] {
  return testRules(buildBundleEngine(bundle, { engines: [...bundle.engines, deskEngine] }), bundle);
}

/** The same of rules in whatever form; their engine knows the desk's own search engine. */
export function testRules(
  engine: RuleEngine,
  { rules, behaviours }: Pick<Bundle, "rules" | "behaviours">,
): readonly ExampleResult[] {
  return [
    ...rules.flatMap((rule) => [
      ...rule.examples.match.map((example, at) => testOne(engine, rule, example, at, true)),
      ...rule.examples.noMatch.map((example, at) => testOne(engine, rule, example, at, false)),
    ]),
    ...behaviours.flatMap((rule) => [
      ...rule.examples.match.map((run, at) => testRun(rule, run, at, true)),
      ...rule.examples.noMatch.map((run, at) => testRun(rule, run, at, false)),
    ]),
  ];
}

function testRun(rule: BehaviourRule, run: readonly BehaviourStep[], at: number, wanted: boolean): ExampleResult {
  const passed = replay(rule, run) === wanted;
  return {
    ruleId: rule.ruleId,
    wanted: wanted ? "match" : "no match",
    number: at + 1,
    example: run.map(sayStep).join(", "),
    passed,
    why: passed ? undefined : `the run ${wanted ? "never satisfies" : "satisfies"} the correlation`,
  };
}

function sayStep({ rule, after, host, term, device }: BehaviourStep): string {
  return [rule, ...[host, term, device].filter((part) => part !== undefined), `after ${after} s`].join(" ");
}

function testOne(engine: RuleEngine, rule: Rule, example: Example, at: number, wanted: boolean): ExampleResult {
  const observation = observeExample(rule.signal, example);
  const local = timeOfExample(rule, example);
  const about = {
    ruleId: rule.ruleId,
    wanted: wanted ? ("match" as const) : ("no match" as const),
    number: at + 1,
    example: sayExample(example),
  };
  if (observation === undefined) {
    // What is no web address is never observed at all.
    return { ...about, passed: !wanted, why: wanted ? "the url is no web address" : undefined };
  }
  const matches = acts(engine, rule, observation, local);
  if (matches === wanted) return { ...about, passed: true, why: undefined };
  const readings = explain({ engine, observation, local }).rules.filter((one) => one.rule.ruleId === rule.ruleId);
  return { ...about, passed: false, why: readings.map((one) => sayVerdict(one)).join("; ") };
}

function acts(
  engine: RuleEngine,
  rule: AlertRule | AllowRule,
  observation: NonNullable<ReturnType<typeof observeExample>>,
  local: ReturnType<typeof timeOfExample>,
): boolean {
  if (rule.action === "allow") {
    return engine.collect(observation, local).some(({ found }) => found.some((one) => one.rule.ruleId === rule.ruleId));
  }
  return engine.match(observation, local).some((match) => match.rule.ruleId === rule.ruleId);
}

export function sayExample({ url, text, app, device, indicator, at }: Example): string {
  const parts = [
    url,
    text,
    app && Object.values(app).join(", "),
    device && `${device.deviceClass}, ${device.registered ? "declared" : "not declared"}`,
    indicator,
    at && `at ${at}`,
  ];
  return parts.filter((part) => part !== undefined).join(" | ");
}
