import { ruleLimits } from "./limits.ts";
import type { Term, TermMatcher } from "./matchers.ts";
import { FormReader } from "./text/form-reader.ts";
import type { TermIndex } from "./text/index.ts";
import { buildNeighbours, type Place, type Reach } from "./text/neighbours.ts";
import { WordCounter } from "./text/words.ts";
import type { UnicodeTables } from "./unicode/tables.ts";

/** What a text rule matched: the term as the rule writes it, and its place in the original text. */
export type TermFinding = { readonly text: string; readonly start: number; readonly end: number };

/** The text rules of a rule set over one index of all their terms. */
export type TermRules = {
  /** Reads a text: how many places of terms stand in it. Allocates nothing. */
  scan(text: string): number;
  /**
   * Calls `found` with the number of each rule that the text last scanned satisfies, whose `isWanted` is true, once. Rules
   * none of whose terms stand in the text cost nothing.
   */
  judgeScanned(
    text: string,
    isWanted: (rule: number) => boolean,
    found: (rule: number, finding: TermFinding) => void,
  ): void;
  /** What one rule makes of the text, found or not; for explanations. */
  judge(text: string, rule: number): TermFinding | TermMiss;
  /** Every term of one rule that stands in the text, by place, whether or not the rule is satisfied; for explanations. */
  listStanding(text: string, rule: number): readonly StandingTerm[];
};

export type StandingTerm = TermFinding & { readonly role: Role };

/** Why a text does not satisfy a rule's terms. */
export const termMisses = ["no-term", "cleared", "too-few-terms", "not-near"] as const;
export type TermMiss = (typeof termMisses)[number];

const roles = ["any", "first", "second", "unless"] as const;
type Role = (typeof roles)[number];
type Use = {
  readonly rule: number;
  readonly role: Role;
  readonly order: number;
  readonly term: Term;
};
type Found = Place & { readonly use: Use; readonly number: number };
type FormOf = (found: Found) => string;

/** The terms that a matcher speaks of, role by role. */
export function listTerms(matcher: TermMatcher): readonly (readonly [Role, readonly Term[]])[] {
  return [
    ["any", matcher.any ?? []],
    ["first", matcher.near?.first ?? []],
    ["second", matcher.near?.second ?? []],
    ["unless", matcher.unless ?? []],
  ];
}

/** `matchers[n]` is the terms of rule number n, or undefined. */
export function buildTermRules(
  matchers: readonly (TermMatcher | undefined)[],
  index: TermIndex,
  tables: UnicodeTables,
): TermRules {
  const uses: Use[][] = [];
  const forms: string[] = [];
  let reader: FormReader | undefined;
  /** The same for terms that differ only in case, width and the like. */
  const formOf: FormOf = ({ number, use }) => {
    reader ??= new FormReader(tables, tables.fold);
    forms[number] ??= plainForm(use.term, reader);
    return forms[number];
  };
  matchers.forEach((matcher, rule) => {
    if (matcher === undefined) return;
    for (const [role, terms] of listTerms(matcher)) {
      terms.forEach((term, order) => {
        const number = index.numberOf(term);
        const known = uses[number] ?? [];
        uses[number] = known;
        known.push({ rule, role, order, term });
      });
    }
  });

  return {
    scan(text) {
      index.scan(text);
      return index.hits.count;
    },
    judgeScanned(text, isWanted, found) {
      const { hits } = index;
      const byRule = new Map<number, Found[]>();
      for (let i = 0; i < hits.count; i++) {
        const number = hits.term[i] as number;
        for (const use of uses[number] ?? []) {
          if (!isWanted(use.rule)) continue;
          const list = byRule.get(use.rule);
          const one = { use, number, start: hits.start[i] as number, end: hits.end[i] as number };
          if (list === undefined) byRule.set(use.rule, [one]);
          else list.push(one);
        }
      }
      const reach = buildReach(text, tables);
      for (const [rule, places] of byRule) {
        const finding = judge(matchers[rule] as TermMatcher, places, reach, formOf);
        if (typeof finding !== "string") found(rule, finding);
      }
    },
    judge(text, rule) {
      return judge(matchers[rule] as TermMatcher, findPlaces(text, rule), buildReach(text, tables), formOf);
    },
    listStanding(text, rule) {
      return findPlaces(text, rule)
        .sort(byPlace)
        .map(({ use, start, end }) => ({ role: use.role, text: use.term.text, start, end }));
    },
  };

  function findPlaces(text: string, rule: number): Found[] {
    index.scan(text);
    const { hits } = index;
    const places: Found[] = [];
    for (let i = 0; i < hits.count; i++) {
      const number = hits.term[i] as number;
      for (const use of uses[number] ?? []) {
        if (use.rule !== rule) continue;
        places.push({ use, number, start: hits.start[i] as number, end: hits.end[i] as number });
      }
    }
    return places;
  }
}

/** The text is read for its words once, and only where somebody asks. */
function buildReach(text: string, tables: UnicodeTables): Reach {
  let words: WordCounter | undefined;
  return (from, to) => {
    words ??= new WordCounter(text, Math.min(text.length, ruleLimits.textUnits), tables);
    return words.countBetween(from, to);
  };
}

function judge(matcher: TermMatcher, all: readonly Found[], reach: Reach, formOf: FormOf): TermFinding | TermMiss {
  const inRole = (role: Role) => all.filter((one) => one.use.role === role).sort(byPlace);
  const clearing = inRole("unless");
  if (clearing.length === all.length) return "no-term";
  const { unlessWords } = matcher;
  if (clearing.length > 0 && unlessWords === undefined) return "cleared";
  const clears = unlessWords === undefined ? undefined : buildNeighbours(clearing, unlessWords, reach);
  const stands = (one: Found) => clears === undefined || !clears.touches(one);

  let earliest: Found | undefined;
  if (matcher.any !== undefined) {
    const there = inRole("any");
    const standing = there.filter(stands);
    const least = matcher.minDistinct ?? 1;
    if (countForms(standing, formOf) < least) {
      return there.length === 0 ? "no-term" : countForms(there, formOf) < least ? "too-few-terms" : "cleared";
    }
    [earliest] = standing;
  }
  if (matcher.near !== undefined) {
    const others = buildNeighbours(inRole("second").filter(stands), matcher.near.words, reach);
    const pair = inRole("first").find((one) => stands(one) && others.isNear(one));
    if (pair === undefined) return "not-near";
    earliest ??= pair;
  }
  if (earliest === undefined) return "no-term";
  return { text: earliest.use.term.text, start: earliest.start, end: earliest.end };
}

function countForms(found: readonly Found[], formOf: FormOf): number {
  return new Set(found.map(formOf)).size;
}

function plainForm(term: Term, reader: FormReader): string {
  return String.fromCodePoint(...reader.readAll(term.text));
}

/** By start, then the longest, then as the rule lists them. */
function byPlace(a: Found, b: Found): number {
  return a.start - b.start || b.end - a.end || a.use.order - b.use.order;
}
