import type { Term, TermMatcher } from "./matchers.ts";
import { isMark, isUnspaced, type NormalisedText, normaliseText } from "./text.ts";

/** Where a term stands: units of the comparison form, end excluded. */
export type TermHit = { readonly term: Term; readonly start: number; readonly end: number };

/** What a text rule matched: the term as the rule writes it, and its place in the original text. */
export type TermFinding = { readonly text: string; readonly start: number; readonly end: number };

export type CompiledTerms = { findIn(text: NormalisedText): TermFinding | undefined };

/** The term in comparison form, without the spaces at its ends; empty where it holds no word character. */
export function termForm(term: Term): string {
  return normaliseText(term.text).form.trim();
}

export function compileTerms(matcher: TermMatcher): CompiledTerms {
  const any = matcher.any?.map(compileTerm);
  const first = matcher.near?.first.map(compileTerm);
  const second = matcher.near?.second.map(compileTerm);
  const unless = (matcher.unless ?? []).map(compileTerm);
  return {
    findIn(text) {
      const clearing = findAll(unless, text);
      if (clearing.length > 0 && matcher.unlessWords === undefined) return undefined;
      const cleared = (hit: TermHit) =>
        matcher.unlessWords !== undefined &&
        clearing.some((other) => wordsBetween(text, hit, other) <= (matcher.unlessWords as number));
      let earliest: TermHit | undefined;
      if (any !== undefined) {
        const hits = findAll(any, text).filter((hit) => !cleared(hit));
        if (new Set(hits.map((hit) => termForm(hit.term))).size < (matcher.minDistinct ?? 1)) return undefined;
        earliest = hits[0];
      }
      if (first !== undefined && second !== undefined && matcher.near !== undefined) {
        const { words } = matcher.near;
        const others = findAll(second, text).filter((hit) => !cleared(hit));
        const pair = findAll(first, text).find(
          (hit) =>
            !cleared(hit) && others.some((other) => !overlap(hit, other) && wordsBetween(text, hit, other) <= words),
        );
        if (pair === undefined) return undefined;
        earliest ??= pair;
      }
      return earliest && toFinding(text, earliest);
    },
  };
}

function toFinding(text: NormalisedText, hit: TermHit): TermFinding {
  return {
    text: hit.term.text,
    start: text.from[hit.start] as number,
    end: text.to[hit.end - 1] as number,
  };
}

type CompiledTerm = { readonly term: Term; readonly form: string };

function compileTerm(term: Term): CompiledTerm {
  return { term, form: termForm(term) };
}

/** All places of all terms: by start, then longest first, then as the rule lists them. */
function findAll(terms: readonly CompiledTerm[], text: NormalisedText): TermHit[] {
  const hits: TermHit[] = [];
  for (const { term, form } of terms) {
    for (let at = text.form.indexOf(form); at >= 0; at = text.form.indexOf(form, at + 1)) {
      if (isBounded(text.form, at, at + form.length, term.boundary))
        hits.push({ term, start: at, end: at + form.length });
    }
  }
  return hits.sort((a, b) => a.start - b.start || b.end - a.end);
}

function isBounded(form: string, start: number, end: number, boundary: Term["boundary"]): boolean {
  const before = lastCharacter(form.slice(0, start));
  const first = firstCharacter(form.slice(start, end));
  const last = lastCharacter(form.slice(start, end));
  const after = firstCharacter(form.slice(end));
  if (isMark(after)) return false;
  if (boundary === "any") return true;
  const opens = before === " " || isUnspaced(before) || isUnspaced(first);
  const closes = boundary === "start" || after === " " || isUnspaced(after) || isUnspaced(last);
  return opens && closes;
}

function firstCharacter(text: string): string {
  return text === "" ? " " : String.fromCodePoint(text.codePointAt(0) as number);
}

function lastCharacter(text: string): string {
  for (const character of [...text.slice(-24)].reverse()) if (!isMark(character)) return character;
  return " ";
}

function overlap(a: TermHit, b: TermHit): boolean {
  return a.start < b.end && b.start < a.end;
}

/** Words that stand strictly between two hits; 0 where they touch or overlap. */
function wordsBetween(text: NormalisedText, a: TermHit, b: TermHit): number {
  const [left, right] = a.start <= b.start ? [a, b] : [b, a];
  return Math.max(0, (text.word[right.start] as number) - (text.word[left.end - 1] as number) - 1);
}
