import { readFed } from "@overt/shared/rules/behaviour/fed.ts";
import { type BehaviourMemory, emptyMemory } from "@overt/shared/rules/behaviour/memory.ts";
import { stepBehaviour } from "@overt/shared/rules/behaviour/step.ts";
import { isWithinHours } from "@overt/shared/rules/hours.ts";
import type { RuleEngine } from "@overt/shared/rules/match.ts";
import type { Item } from "../corpus/item.ts";
import { observeStep, timeAfter } from "./observe-step.ts";

/** Any moment will do: behaviour rules see differences of time only. */
const began = 1_800_000_000;

/** Ids of the rules, behaviour rules among them, that match the item as they would on a device that saw nothing before it. */
export function runItem(engine: RuleEngine, item: Item): ReadonlySet<string> {
  const matched = new Set<string>();
  const memories = new Map<string, BehaviourMemory>();
  for (const step of item.steps) {
    const now = began + step.after;
    const local = timeAfter(item.start, step.after);
    for (const match of engine.match(observeStep(step), local)) {
      matched.add(match.rule.ruleId);
      for (const { rule } of engine.behaviours.fedBy(match.rule.ruleId)) {
        if (!isWithinHours(rule.schedule, local)) continue;
        const before = memories.get(rule.ruleId) ?? emptyMemory(rule.revision);
        const { memory, satisfied } = stepBehaviour(rule, before, readFed(match, now), now);
        memories.set(rule.ruleId, memory);
        if (satisfied !== undefined) matched.add(rule.ruleId);
      }
    }
  }
  return matched;
}
