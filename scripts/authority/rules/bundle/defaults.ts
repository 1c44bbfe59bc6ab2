import type { Severity } from "@overt/shared/rules/signals.ts";

/** What a rule has when it says nothing. */
export type Defaults = {
  readonly severity: Severity;
  readonly evidence: number;
  readonly cooldownSeconds: number;
  readonly budgetPerDay: number;
  readonly mode: "live" | "shadow";
};

/** A new rule counts and makes no alert until its author says `live`. */
export const standardDefaults: Defaults = Object.freeze({
  severity: "normal",
  evidence: 1,
  cooldownSeconds: 30 * 60,
  budgetPerDay: 10,
  mode: "shadow",
});
