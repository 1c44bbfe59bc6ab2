import type { Term, TermMatcher } from "@overt/shared/rules/matchers.ts";
import { countWordsBetween, findPlaces, type Place, plainForm } from "./text.ts";

/** Term matchers (SPEC.md 10.3): any, minDistinct, near, unless; slowly and obviously. */

type Found = Place & { readonly term: Term; readonly order: number };

/** The place that a match names; undefined where the text does not satisfy the matcher. */
export function matchTerms(matcher: TermMatcher, text: string): (Place & { readonly text: string }) | undefined {
  const find = (terms: readonly Term[] = []) =>
    terms.flatMap((term, order): Found[] => findPlaces(text, term).map((place) => ({ ...place, term, order })));
  const overlap = (a: Place, b: Place) => a.start < b.end && b.start < a.end;
  const near = (a: Place, b: Place, words: number) =>
    !overlap(a, b) &&
    (a.end <= b.start ? countWordsBetween(text, a.end, b.start) : countWordsBetween(text, b.end, a.start)) <= words;

  const clearing = find(matcher.unless);
  const { unlessWords, minDistinct = 1 } = matcher;
  if (clearing.length > 0 && unlessWords === undefined) return undefined;
  const stands = (one: Found) => !clearing.some((q) => overlap(one, q) || near(one, q, unlessWords ?? 0));

  const any = find(matcher.any).filter(stands).sort(first);
  if (matcher.any !== undefined && new Set(any.map(({ term }) => plainForm(term.text))).size < minDistinct)
    return undefined;
  const { words = 0 } = matcher.near ?? {};
  const second = find(matcher.near?.second).filter(stands);
  const pairs = find(matcher.near?.first)
    .filter((one) => stands(one) && second.some((other) => near(one, other, words)))
    .sort(first);
  if (matcher.near !== undefined && pairs.length === 0) return undefined;
  const [named] = [...any, ...pairs];
  return named && { text: named.term.text, start: named.start, end: named.end };
}

/** By start, then the longest, then as the rule lists them. */
function first(a: Found, b: Found): number {
  return a.start - b.start || b.end - a.end || a.order - b.order;
}
