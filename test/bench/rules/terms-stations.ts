import { createHash } from "node:crypto";
import type { MakeStation, Station } from "../frame/station.ts";
import { cut, makeCorpus, type Script } from "./terms-input.ts";

export type TermsArgs = { readonly script: Script; readonly terms: number; readonly units: number };

/** Where each term stands: `start:end` for each place whose text is the term letter for letter. */
type Places = readonly string[];

/** How a contender works: `scan` does the work on one text and gives how much it found. */
type Matcher = {
  build(terms: readonly string[]): void | Promise<void>;
  scan(text: string): number;
  /** Every place; undefined where it cannot tell. */
  places(text: string): Places | undefined;
};

/** `folds` is false for a matcher that compares letter for letter: it is given text in lower case, for nothing. */
function makeStation({ script, terms: count, units }: TermsArgs, matcher: Matcher, folds: boolean): Station {
  const { terms, text } = makeCorpus(script, count, units);
  const given = folds ? text : text.toLowerCase();
  const compared = given.slice(0, 1_000_000);
  const parts = new Map([1_000, 10_000, 1_000_000].map((size) => [size, cut(given, size, script)]));
  let used = parts.get(10_000) as string[];
  return {
    prepare: () => matcher.build(terms),
    run() {
      let found = 0;
      for (const part of used) found += matcher.scan(part);
      return found;
    },
    ask(question) {
      if (question.startsWith("use ")) {
        used = parts.get(Number(question.slice(4))) as string[];
        return used.reduce((sum, part) => sum + part.length, 0);
      }
      const places = matcher.places(compared);
      if (places === undefined) return { found: matcher.scan(compared), digest: null };
      const sorted = [...new Set(places)].sort();
      return { found: sorted.length, digest: createHash("sha256").update(sorted.join("\n")).digest("hex") };
    },
  };
}

async function makeOurs(args: TermsArgs): Promise<Station> {
  const { buildTermIndex } = await import("@overt/shared/rules/text/index.ts");
  const { unicodeTables } = await import("@overt/shared/rules/unicode/tables.ts");
  let index: import("@overt/shared/rules/text/index.ts").TermIndex;
  const known = new Set<string>();
  return makeStation(
    args,
    {
      build(terms) {
        index = buildTermIndex(
          terms.map((text) => ({ text, boundary: "any" as const })),
          unicodeTables(),
        );
        for (const term of terms) known.add(term);
      },
      scan(text) {
        index.scan(text);
        return index.hits.count;
      },
      places(text) {
        index.scan(text);
        const { hits } = index;
        // Ours also finds what is spelled otherwise; the others cannot, so it is left out of the comparison.
        return Array.from({ length: hits.count }, (_, i) => [hits.start[i] as number, hits.end[i] as number] as const)
          .filter(([start, end]) => known.has(text.slice(start, end).toLowerCase()))
          .map(([start, end]) => `${start}:${end}`);
      },
    },
    true,
  );
}

type AhoCorasick = { search(text: string): { start: number; end: number }[] };

async function makeModern(args: TermsArgs): Promise<Station> {
  const name: string = "modern-ahocorasick";
  const { default: Matcher } = (await import(name)) as { default: new (terms: readonly string[]) => AhoCorasick };
  let matcher: AhoCorasick;
  return makeStation(
    args,
    {
      build(terms) {
        matcher = new Matcher(terms);
      },
      scan: (text) => matcher.search(text).length,
      places: (text) => matcher.search(text).map(({ start, end }) => `${start}:${end}`),
    },
    false,
  );
}

const quote = (term: string) => term.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");

function makeRegExp(args: TermsArgs): Station {
  let expression: RegExp;
  return makeStation(
    args,
    {
      build(terms) {
        expression = new RegExp(terms.map(quote).join("|"), "g");
      },
      scan(text) {
        let found = 0;
        expression.lastIndex = 0;
        while (expression.test(text)) found++;
        return found;
      },
      places: () => undefined,
    },
    false,
  );
}

type Re2 = { Set: new (patterns: readonly string[], flags?: string) => { match(text: string): number[] } };

async function makeRe2(args: TermsArgs): Promise<Station> {
  const name: string = "re2";
  const { default: re2 } = (await import(name)) as { default: Re2 };
  let set: { match(text: string): number[] };
  return makeStation(
    args,
    {
      build(terms) {
        set = new re2.Set(terms.map(quote));
      },
      scan: (text) => set.match(text).length,
      places: () => undefined,
    },
    false,
  );
}

const station = (make: (args: TermsArgs) => Station | Promise<Station>): MakeStation => make as unknown as MakeStation;

export const stations: Readonly<Record<string, MakeStation>> = {
  ours: station(makeOurs),
  "modern-ahocorasick": station(makeModern),
  "RegExp alternation": station(makeRegExp),
  "RE2.Set": station(makeRe2),
};
