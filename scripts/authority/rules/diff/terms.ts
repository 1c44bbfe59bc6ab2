import type { Term, TermMatcher } from "@overt/shared/rules/matchers.ts";
import { compareSets, type Effect, type Say } from "./change.ts";

/** Differences between two term matchers. `any` and `near` both have to hold where both are given. */
export function compareTerms(before: TermMatcher, after: TermMatcher, say: Say): void {
  compareLists("phrases", before.any, after.any, "wider", say);
  comparePart("any", before.any, after.any, say);
  comparePart("near", before.near, after.near, say);
  if (before.near !== undefined && after.near !== undefined) {
    compareLists("near, first phrases", before.near.first, after.near.first, "wider", say);
    compareLists("near, second phrases", before.near.second, after.near.second, "wider", say);
    compareNumber("near reaches", before.near.words, after.near.words, " words", "wider", say);
  }
  compareNumber("different phrases needed", before.minDistinct ?? 1, after.minDistinct ?? 1, "", "narrower", say);
  const unless: Effect = "narrower";
  compareSets("clearing words", texts(before.unless), texts(after.unless), unless, say);
  compareSpelling(before.unless ?? [], after.unless ?? [], "narrower", say);
  const everywhere = Number.POSITIVE_INFINITY;
  const reach = (matcher: TermMatcher) => matcher.unlessWords ?? everywhere;
  if (before.unless !== undefined && after.unless !== undefined && reach(before) !== reach(after)) {
    const words = (n: number) => (n === everywhere ? "the whole text" : `${n} words`);
    say(
      reach(after) > reach(before) ? "narrower" : "wider",
      `clearing words reach over ${words(reach(after))}, before ${words(reach(before))}`,
    );
  }
}

function compareLists(
  what: string,
  before: readonly Term[] | undefined,
  after: readonly Term[] | undefined,
  more: Effect,
  say: Say,
): void {
  if (before === undefined || after === undefined) return;
  compareSets(what, texts(before), texts(after), more, say);
  compareSpelling(before, after, more, say);
}

function comparePart(name: string, before: unknown, after: unknown, say: Say): void {
  if (before === undefined && after !== undefined) say("narrower", `"${name}" has to hold as well`);
  if (before !== undefined && after === undefined) say("wider", `"${name}" need not hold any more`);
}

const freedoms = ["lookalikes", "spaced", "digits"] as const;
const boundaries = ["word", "start", "any"];

function compareSpelling(before: readonly Term[], after: readonly Term[], more: Effect, say: Say): void {
  const less = more === "wider" ? "narrower" : "wider";
  const old = new Map(before.map((term) => [term.text, term]));
  for (const term of after) {
    const was = old.get(term.text);
    if (was === undefined) continue;
    for (const freedom of freedoms) {
      if (was[freedom] === term[freedom]) continue;
      say(term[freedom] ? more : less, `"${term.text}" ${term[freedom] ? "also" : "no longer"} with ${freedom}`);
    }
    const [from, to] = [was, term].map(({ boundary = "word" }) => boundaries.indexOf(boundary)) as [number, number];
    if (from !== to) say(to > from ? more : less, `"${term.text}" matches at boundary "${boundaries[to]}"`);
  }
}

export function compareNumber(what: string, before: number, after: number, unit: string, more: Effect, say: Say): void {
  if (before === after) return;
  const effect = after > before ? more : more === "wider" ? "narrower" : "wider";
  say(effect, `${what} ${after}${unit}, before ${before}${unit}`);
}

function texts(terms: readonly Term[] | undefined): string[] {
  return (terms ?? []).map((term) => term.text);
}
