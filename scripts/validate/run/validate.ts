import type { RuleEngine } from "@overt/shared/rules/match.ts";
import { buildCorpus, type Pack } from "../corpus/corpus.ts";
import { type Outcome, type Scores, scoreOutcomes } from "../score/score.ts";
import { runItem } from "./run-item.ts";

export type Validation = { readonly seed: string; readonly outcomes: readonly Outcome[]; readonly scores: Scores };

/** Puts every item of the pack to the engine. `say` is told how far it is. The same pack, seed and engine give the same figures. */
export function validate(engine: RuleEngine, pack: Pack, seed: string, say: (line: string) => void): Validation {
  const corpus = buildCorpus(pack, seed);
  say(`${corpus.length} items made from ${pack.files.length} files`);
  const outcomes = corpus.map((item, number): Outcome => {
    if (number > 0 && number % 2_000 === 0) say(`${number} of ${corpus.length} tried`);
    return { item, matched: runItem(engine, item) };
  });
  say("all tried");
  return { seed, outcomes, scores: scoreOutcomes(engine.ruleSet, outcomes) };
}
