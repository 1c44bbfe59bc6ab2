import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brandVerified } from "@overt/shared/brand.ts";
import { emptyMemory } from "@overt/shared/rules/behaviour/memory.ts";
import { stepBehaviour } from "@overt/shared/rules/behaviour/step.ts";
import { compileRules } from "@overt/shared/rules/compile.ts";
import { findDestination, parseDestination } from "@overt/shared/rules/destination.ts";
import { BehaviourRule, RuleSet } from "@overt/shared/rules/language.ts";
import { buildPlainLists } from "@overt/shared/rules/lists.ts";
import type { Term } from "@overt/shared/rules/matchers.ts";
import type { LocalTime, Observation } from "@overt/shared/rules/observation.ts";
import { describe, expect, test } from "vitest";
import { referenceBounds } from "./behaviour-worlds.ts";
import { runBehaviour, type Step } from "./reference/behaviour.ts";
import { matchSlowly } from "./reference/engine.ts";
import { findPlaces } from "./reference/text.ts";
import { scanPlaces } from "./text-support.ts";

const folder = join(import.meta.dirname, "..", "..", "..", "vectors", "rules");
const readFile = <T>(name: string) => JSON.parse(readFileSync(join(folder, name), "utf8")) as T;
const read = <T>(name: string) => readFile<T[]>(name);

type AddressVector = {
  readonly url: string;
  readonly host: string | null;
  readonly text: string;
  readonly registrableDomain: string | null;
  readonly why: string;
};
describe("addresses", () => {
  test.each(read<AddressVector>("addresses.json"))("$url: $why", ({ url, host, text, registrableDomain }) => {
    const found = findDestination(url);
    if (host === null) expect(found).toBeUndefined();
    else {
      const { host: own, pathAndQuery, registrableDomain: domain } = found ?? {};
      expect({ host: own, text: pathAndQuery, registrableDomain: domain ?? null }).toEqual({
        host,
        text,
        registrableDomain,
      });
    }
  });
});

type TermVector = {
  readonly term: Term;
  readonly text: string;
  readonly places: readonly (readonly [number, number])[];
  readonly why: string;
};
describe("terms", () => {
  test.each(read<TermVector>("terms.json"))("$term.text in $text: $why", ({ term, text, places }) => {
    const expected = places.map(([start, end]) => ({ start, end }));
    expect(scanPlaces([term])(text)[0]).toEqual(expected);
    expect(findPlaces(text, term)).toEqual(expected);
  });
});

type SetVector = {
  readonly ruleSet: unknown;
  readonly cases: readonly {
    readonly observation: Record<string, unknown> & { readonly url?: string };
    readonly local: LocalTime;
    readonly matches: readonly unknown[];
  }[];
};
describe("rule sets", () => {
  const { lists, sets } = readFile<{ lists: Record<string, string[]>; sets: SetVector[] }>("sets.json");
  test.each(sets.map((set, number) => ({ ...set, number })))("set $number", ({ ruleSet, cases }) => {
    const set = RuleSet.parse(ruleSet);
    const engine = compileRules(brandVerified(set), buildPlainLists(lists));
    for (const { observation, local, matches } of cases) {
      const { url, ...rest } = observation;
      const seen = (url === undefined
        ? rest
        : { ...rest, destination: parseDestination(url) }) as unknown as Observation;
      const found = engine.match(seen, local).map(({ rule, ...match }) => ({ ruleId: rule.ruleId, ...match }));
      expect(JSON.parse(JSON.stringify(found))).toEqual(matches);
      expect(JSON.parse(JSON.stringify(matchSlowly(set, lists, seen, local)))).toEqual(matches);
    }
  });
});

type BehaviourVector = {
  readonly rule: unknown;
  readonly steps: readonly Step[];
  readonly satisfied: readonly unknown[];
};
describe("behaviour rules", () => {
  test.each(read<BehaviourVector>("behaviours.json").map((one, number) => ({ ...one, number })))(
    "run $number",
    (vector) => {
      const rule = BehaviourRule.parse(vector.rule);
      let memory = emptyMemory(rule.revision);
      const satisfied = vector.steps.map(({ rule: ruleId, at, now, host, term, device }) => {
        const step = stepBehaviour(rule, memory, { ruleId, at, host, term, device }, now);
        memory = step.memory;
        return step.satisfied ?? null;
      });
      expect(satisfied).toEqual(vector.satisfied);
      const slowly = runBehaviour(rule, vector.steps, referenceBounds);
      expect(slowly.map((one) => one ?? null)).toEqual(vector.satisfied);
    },
  );
});
