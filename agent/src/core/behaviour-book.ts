import type { Behaviour } from "@overt/shared/rules/behaviour/behaviours.ts";
import type { Satisfied } from "@overt/shared/rules/behaviour/condition.ts";
import type { Fed } from "@overt/shared/rules/behaviour/fed.ts";
import { BehaviourMemory, emptyMemory, forgetDistant } from "@overt/shared/rules/behaviour/memory.ts";
import { stepBehaviour } from "@overt/shared/rules/behaviour/step.ts";
import { z } from "zod";
import type { Journal, StateWrites } from "./journal.ts";

/** What the behaviour rules remember, kept in the journal: one value for each rule, and the names of those that are kept. */
export interface BehaviourBook {
  /** One match for one behaviour rule; what satisfied it, if it did. `now` is trusted time. */
  feed(behaviour: Behaviour, fed: Fed, now: number): Satisfied | undefined;
  /** Forgets what is over by now, and everything of rules that are in force no longer. */
  tidy(behaviours: readonly Behaviour[], now: number): void;
  /** What has to be written with the next record. */
  unkept(): StateWrites;
  /** It was written. */
  markKept(): void;
}

const Kept = z.strictObject({ v: z.literal(1), rules: z.array(z.string().max(64)).max(10_000) });
const namesKey = "behaviours";
const keyOf = (ruleId: string) => `behaviour/${ruleId}`;

export function openBehaviourBook(journal: Pick<Journal, "readState">): BehaviourBook {
  const memories = new Map<string, BehaviourMemory>();
  const unkept = new Map<string, unknown>();
  const names = Kept.safeParse(journal.readState(namesKey));
  for (const ruleId of names.success ? names.data.rules : []) {
    const read = BehaviourMemory.safeParse(journal.readState(keyOf(ruleId)));
    if (read.success) memories.set(ruleId, read.data);
  }
  const put = (ruleId: string, memory: BehaviourMemory | undefined) => {
    const isNew = memories.has(ruleId) !== (memory !== undefined);
    if (memory === undefined) memories.delete(ruleId);
    else memories.set(ruleId, memory);
    unkept.set(keyOf(ruleId), memory ?? null);
    if (isNew) unkept.set(namesKey, { v: 1, rules: [...memories.keys()] });
  };

  return {
    feed({ rule }, fed, now) {
      const before = memories.get(rule.ruleId) ?? emptyMemory(rule.revision);
      const { memory, satisfied } = stepBehaviour(rule, before, fed, now);
      if (memory !== before) put(rule.ruleId, memory);
      return satisfied;
    },
    tidy(behaviours, now) {
      const inForce = new Map(behaviours.map(({ rule }) => [rule.ruleId, rule]));
      for (const [ruleId, before] of [...memories]) {
        const rule = inForce.get(ruleId);
        const memory =
          rule?.revision === before.revision ? forgetDistant(before, rule.timespanSeconds, now) : undefined;
        if (memory === undefined || memory.groups.length === 0) put(ruleId, undefined);
        else if (memory !== before) put(ruleId, memory);
      }
    },
    unkept: () => Object.fromEntries(unkept),
    markKept: () => unkept.clear(),
  };
}
