import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Observation } from "@overt/shared/rules/observation.ts";
import fc from "fast-check";
import { behaviourRule, behaviourSteps, referenceBounds } from "../../unit/shared/rules/behaviour-worlds.ts";
import { runBehaviour } from "../../unit/shared/rules/reference/behaviour.ts";
import { matchSlowly } from "../../unit/shared/rules/reference/engine.ts";
import { listed, observation, ruleList, surroundings } from "../../unit/shared/rules/rule-worlds.ts";
import { noon, ruleSet } from "../../unit/shared/rules/support.ts";

/**
 * Writes sets.json and behaviours.json: random rule sets, observations and runs of matches from a fixed seed, with the answers
 * of the slow reference, never of the engine that is held to them.
 */
const seed = 20_261_125;

const sets = fc
  .sample(fc.tuple(ruleList, fc.array(observation, { minLength: 10, maxLength: 10 })), { numRuns: 20, seed })
  .map(([rules, observations]) => {
    const set = ruleSet(rules, surroundings);
    return {
      ruleSet: set,
      cases: observations.map((seen) => ({
        observation: writeObservation(seen),
        local: noon,
        matches: matchSlowly(set, listed, seen, noon),
      })),
    };
  });
const behaviours = fc
  .sample(fc.tuple(behaviourRule, behaviourSteps), { numRuns: 50, seed })
  .map(([rule, steps]) => ({ rule, steps, satisfied: runBehaviour(rule, steps, referenceBounds).map((one) => one ?? null) }));

write("sets.json", { lists: listed, sets });
write("behaviours.json", behaviours);

/** A page as its URL; whoever reads it takes it apart. */
function writeObservation(seen: Observation): Record<string, unknown> {
  if (!("destination" in seen) || seen.destination === undefined) return seen;
  const { destination, ...rest } = seen;
  return { ...rest, url: destination.url };
}

function write(name: string, value: unknown): void {
  writeFileSync(join(import.meta.dirname, name), `${JSON.stringify(value, undefined, 1)}\n`);
}
