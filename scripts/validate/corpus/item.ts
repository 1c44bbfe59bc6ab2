import type { LocalTime } from "@overt/shared/rules/observation.ts";

/** What an item's line may begin with: the signal that a sensor would report, or a search, which is a visit. */
export const stepSignals = ["visit", "search", "title", "page-text", "messages", "app", "device", "system"] as const;
export type StepSignal = (typeof stepSignals)[number];

/** One thing that is seen, `after` seconds from the item's start. */
export type Step = { readonly signal: StepSignal; readonly content: string; readonly after: number };

/** Written by hand; made from templates once and for all; made anew from each run's seed. */
export const origins = ["written", "fixed", "drawn"] as const;
export type Origin = (typeof origins)[number];

/** One labelled piece of the corpus. The label comes from how it was made and never from an engine. */
export type Item = {
  /** File and line of its template, and its number among those made from it. */
  readonly id: string;
  readonly steps: readonly Step[];
  readonly start: LocalTime;
  /** Ids of the rules that are meant to find it; none where it is harmless. */
  readonly expects: readonly string[];
  readonly theme: string;
  /** The theme is of a protected characteristic, or of help and advice that nobody may be kept from. */
  readonly isProtected: boolean;
  readonly language: string;
  /** How a word in it is respelled, such as `spaced`; `plain` where none is. */
  readonly spelling: string;
  readonly origin: Origin;
};

/** The item in one line, for people. */
export function sayItem({ steps }: Pick<Item, "steps">): string {
  return steps.map(({ signal, content }) => `${signal}: ${content}`).join(" → ");
}
