import type { BehaviourRule, BehaviourStep } from "../language.ts";
import { emptyMemory } from "./memory.ts";
import { stepBehaviour } from "./step.ts";

/** Whether a run of matches, as the examples of behaviour rules write it, satisfies the rule at any of its steps. */
export function replay(rule: BehaviourRule, steps: readonly BehaviourStep[]): boolean {
  let memory = emptyMemory(rule.revision);
  let now = 0;
  return steps
    .map((step) => {
      now = Math.max(now, step.after);
      const { host, term, device } = step;
      const done = stepBehaviour(rule, memory, { ruleId: step.rule, at: step.after, host, term, device }, now);
      memory = done.memory;
      return done.satisfied !== undefined;
    })
    .some((fired) => fired);
}
