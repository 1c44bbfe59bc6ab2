import { chooseRows } from "@overt/shared/rules/text/choose-rows.ts";
import { buildTrie, type Trie } from "@overt/shared/rules/text/trie.ts";
import fc from "fast-check";
import { expect, test } from "vitest";

const numRuns = Math.min(Number(process.env["PROPERTY_RUNS"] ?? 2_000), 20_000);

const patternSets = fc.array(
  fc
    .array(fc.constantFrom(0, 1, 1, 2, 3), { minLength: 1, maxLength: 7 })
    .map((symbols) => Uint16Array.from(symbols.filter((one, i) => one !== 0 || symbols[i - 1] !== 0))),
  { minLength: 1, maxLength: 9 },
);

/** What each state's symbols spell. */
function spellStates({ count, parent, symbol }: Trie): string[] {
  const spelled = [""];
  for (let state = 1; state < count; state++) {
    spelled.push((spelled[parent[state] as number] as string) + String(symbol[state]));
  }
  return spelled;
}

test("rows go to what most beginnings end in, then to where patterns part and one step on, then level by level", () => {
  fc.assert(
    fc.property(patternSets, fc.integer({ min: 2, max: 40 }), (patterns, wanted) => {
      const trie = buildTrie(patterns);
      const spelled = spellStates(trie);
      const states = [...spelled.keys()];
      const weight = spelled.map((own, state) => {
        // The gap is a beginning, and every beginning ends in nothing.
        if (state < 2) return Number.POSITIVE_INFINITY;
        return spelled.filter((other) => other.endsWith(own)).length;
      });
      const parts = (own: string) =>
        new Set(spelled.filter((other) => other.length === own.length + 1 && other.startsWith(own))).size > 1;
      const busy = spelled.map(
        (own, state) => (weight[state] as number) > 1 || spelled.some((other) => other.startsWith(own) && parts(other)),
      );
      const rank = (state: number) => {
        if ((weight[state] as number) > 1) return 2;
        return busy[state] || busy[trie.parent[state] as number] ? 1 : 0;
      };
      const expected = states.sort(
        (a, b) => rank(b) - rank(a) || (rank(a) === 2 ? compare(weight[b] as number, weight[a] as number) : 0) || a - b,
      );
      expect([...chooseRows(trie, wanted)]).toEqual(expected.slice(0, wanted));
    }),
    {
      numRuns,
      // What several patterns go through, nothing else ends in.
      examples: [[["4567", "4568", "9123"].map((digits) => Uint16Array.from(digits, Number)), 40]],
    },
  );
});

test("what leads to a state with a row has a row", () => {
  fc.assert(
    fc.property(patternSets, fc.integer({ min: 2, max: 40 }), (patterns, wanted) => {
      const trie = buildTrie(patterns);
      const chosen = chooseRows(trie, wanted);
      for (const state of chosen) expect(chosen).toContain(trie.parent[state]);
    }),
    { numRuns },
  );
});

const compare = (a: number, b: number) => (a === b ? 0 : a < b ? -1 : 1);
