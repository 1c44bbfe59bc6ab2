import { round } from "../score/interval.ts";
import type { Scores } from "../score/score.ts";

/** Prohibited observations among so many. */
const oneIn = [2, 10, 100, 1_000, 10_000] as const;

export type BaseRate = {
  readonly oneIn: number;
  /** The share of alerts that would be right. */
  readonly precision: number;
};

/**
 * What share of alerts would be right where one observation in so many is prohibited, by Bayes' rule from the pack's recall
 * and its share of false alerts. The harmless items of the pack are chosen to be difficult, so a device fares better.
 */
export function projectPrecision({ recall, falseAlerts }: Scores): readonly BaseRate[] {
  return oneIn.map((many) => {
    const right = (recall.value ?? 0) / many;
    const wrong = (falseAlerts.value ?? 0) * (1 - 1 / many);
    return { oneIn: many, precision: right + wrong === 0 ? 0 : round(right / (right + wrong)) };
  });
}
