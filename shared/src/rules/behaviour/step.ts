import type { BehaviourRule } from "../language.ts";
import { findSatisfied, type Satisfied } from "./condition.ts";
import { type Fed, markOf, readField } from "./fed.ts";
import { type BehaviourMemory, emptyMemory, forgetDistant, remember } from "./memory.ts";

export type Stepped = {
  readonly memory: BehaviourMemory;
  /** Undefined where the match does not satisfy the rule. */
  readonly satisfied: Satisfied | undefined;
};

/**
 * One match through a behaviour rule (SPEC.md 10.5). `now` is trusted time; `fed.at` may lie before it where the sensor was
 * late. The work is bounded by what a rule may remember. Pure.
 */
export function stepBehaviour(rule: BehaviourRule, before: BehaviourMemory, fed: Fed, now: number): Stepped {
  const own = before.revision === rule.revision ? before : emptyMemory(rule.revision);
  const memory = forgetDistant(own, rule.timespanSeconds, now);
  const left: Stepped = { memory, satisfied: undefined };
  const at = Math.min(fed.at, now);
  if (now - at > rule.timespanSeconds) return left;
  const number = rule.rules.indexOf(fed.ruleId);
  const key = readKey(rule, fed);
  const value = readValue(rule, fed);
  if (number < 0 || key === undefined || value === undefined) return left;
  const added = remember(memory, key, { at, rule: number, value });
  if (added.own < 0) return { memory: added.memory, satisfied: undefined };
  return { memory: added.memory, satisfied: findSatisfied(rule, added.matches, added.own) };
}

/** Undefined where the match lacks a field that the rule groups by: it belongs to no group. */
function readKey({ groupBy }: BehaviourRule, fed: Fed): string | undefined {
  const values: string[] = [];
  for (const field of groupBy) {
    const value = readField(field, fed);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return markOf(values);
}

function readValue({ condition }: BehaviourRule, fed: Fed): string | undefined {
  if (condition?.field === undefined) return "";
  const value = readField(condition.field, fed);
  return value === undefined ? undefined : markOf([value]);
}
