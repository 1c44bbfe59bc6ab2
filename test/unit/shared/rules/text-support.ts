import type { Term } from "@overt/shared/rules/matchers.ts";
import { maxPlaces } from "@overt/shared/rules/text/hits.ts";
import { buildTermIndex, layOutTerms } from "@overt/shared/rules/text/index.ts";
import { unicodeTables } from "@overt/shared/rules/unicode/tables.ts";
import { expect } from "vitest";
import { findPlaces, type Place } from "./reference/text.ts";

/**
 * The engine's places of each term in a text, by start and then end, each once. One may be found several times: in several
 * readings, or in a character that becomes several. Where neither can be, `once` throws if it is. `mostRows` is for terms
 * that are not alike.
 */
export function scanPlaces(
  terms: readonly Term[],
  { once = false, mostRows }: { once?: boolean; mostRows?: number | undefined } = {},
): (text: string) => Place[][] {
  const kept = mostRows === undefined ? undefined : layOutTerms(terms, unicodeTables(), mostRows);
  const index = buildTermIndex(terms, unicodeTables(), kept);
  return (text) => {
    index.scan(text);
    const found = new Map<number, Map<string, Place>>();
    const { hits } = index;
    for (let i = 0; i < hits.count; i++) {
      const place = { start: hits.start[i] as number, end: hits.end[i] as number };
      const known = found.get(hits.term[i] as number) ?? new Map<string, Place>();
      const key = `${place.start}-${place.end}`;
      if (once && known.has(key)) throw new Error(`${key} was found twice`);
      found.set(hits.term[i] as number, known.set(key, place));
    }
    return terms.map((one) =>
      [...(found.get(index.numberOf(one))?.values() ?? [])].sort((a, b) => a.start - b.start || a.end - b.end),
    );
  };
}

/** Every place of every term is found in the texts where the reference finds it, and nowhere else. */
export function agree(
  terms: readonly Term[],
  texts: readonly string[],
  options?: Parameters<typeof scanPlaces>[1],
): void {
  const scan = scanPlaces(terms, options);
  for (const text of texts) expect(scan(text)).toEqual(terms.map((one) => findPlaces(text, one).slice(0, maxPlaces)));
}

/** What of the text a term was found as. */
export function findSlices(text: string, term: Term): string[] {
  return (scanPlaces([term])(text)[0] ?? []).map(({ start, end }) => text.slice(start, end));
}

/** False where the term is refused. */
export function compiles(term: Term): boolean {
  try {
    layOutTerms([term], unicodeTables());
    return true;
  } catch {
    return false;
  }
}
