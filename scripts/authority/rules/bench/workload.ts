import { findDestination } from "@overt/shared/rules/destination.ts";
import type { LocalTime, Observation } from "@overt/shared/rules/observation.ts";
import type { Bundle } from "../bundle/bundle.ts";
import { observeExample, ordinaryTime, timeOfExample } from "../observe.ts";

export type Decision = { readonly observation: Observation; readonly local: LocalTime };
export type Workload = { readonly name: string; readonly decisions: readonly Decision[] };

const perKind = 2_000;
const seen = { cause: "user-navigation", channel: "extension" } as const;
/** Everyday words: what most of what a device sees is made of. */
const words =
  "the weather in town today is mild and the market opens at nine with bread cheese apples flowers books and a band plays by the river while children feed ducks before the bus leaves for the hills where walkers rest on old stone walls".split(
    " ",
  );

/** What is put to the engine: everyday things that no rule means, and the bundle's own examples. The same every time. */
export function buildWorkloads(bundle: Bundle): readonly Workload[] {
  const visits = range(perKind).flatMap((n) => {
    const destination = findDestination(
      `https://www.${word(n)}-${word(n * 7)}${n}.example.org/${word(n * 3)}/${n}?page=${n % 9}`,
    );
    return destination === undefined ? [] : [{ signal: "navigation", destination, ...seen } as const];
  });
  const titles = range(perKind).map((n) => ({ signal: "title", text: sentence(n, 9), ...seen }) as const);
  const page = findDestination("https://page.invalid/");
  const texts =
    page === undefined
      ? []
      : range(400).map((n) => ({ signal: "page-text", text: sentence(n, 1_800), destination: page, ...seen }) as const);
  const workloads: Workload[] = [
    { name: "visits that no rule means", decisions: visits.map(atNoon) },
    { name: "titles that no rule means", decisions: titles.map(atNoon) },
    { name: "page texts of 10,000 characters", decisions: texts.map(atNoon) },
    { name: "the bundle's own examples", decisions: repeat(listExamples(bundle), perKind) },
  ];
  return workloads.filter(({ decisions }) => decisions.length > 0);
}

function listExamples(bundle: Bundle): readonly Decision[] {
  return bundle.rules.flatMap((rule) =>
    [...rule.examples.match, ...rule.examples.noMatch].flatMap((example) => {
      const observation = observeExample(rule.signal, example);
      return observation === undefined ? [] : [{ observation, local: timeOfExample(rule, example) }];
    }),
  );
}

function atNoon(observation: Observation): Decision {
  return { observation, local: ordinaryTime };
}

function repeat<T>(items: readonly T[], count: number): readonly T[] {
  return items.length === 0 ? [] : range(count).map((n) => items[n % items.length] as T);
}

function sentence(seed: number, count: number): string {
  return range(count)
    .map((n) => word(seed * 31 + n * n))
    .join(" ");
}

function word(n: number): string {
  return words[n % words.length] as string;
}

function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, n) => n);
}
