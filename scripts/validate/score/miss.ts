import { explain } from "@overt/shared/rules/explain.ts";
import type { RuleEngine } from "@overt/shared/rules/match.ts";
import { sayVerdict } from "../../authority/rules/say-verdict.ts";
import { observeStep, timeAfter } from "../run/observe-step.ts";
import type { Outcome } from "./score.ts";

/** What the engine itself says of a rule and an item that did not come out as meant; undefined for behaviour rules. */
export function sayWhy(engine: RuleEngine, ruleId: string, { item }: Outcome): string | undefined {
  const said = item.steps.flatMap((step) => {
    const local = timeAfter(item.start, step.after);
    const { rules } = explain({ engine, observation: observeStep(step), local });
    return rules
      .filter(
        ({ rule, verdict }) =>
          rule.ruleId === ruleId && !(verdict.kind === "missed" && verdict.reason === "other-signal"),
      )
      .map(sayVerdict);
  });
  return said.length === 0 ? undefined : [...new Set(said)].join("; ");
}
