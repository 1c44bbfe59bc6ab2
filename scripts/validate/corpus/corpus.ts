import { ConfigError } from "@overt/shared/errors.ts";
import { type Item, type Origin, sayItem } from "./item.ts";
import { fault, type PackFile, type PackLine } from "./pack-file.ts";
import { openRandom, type Random } from "./random.ts";
import { parseOne, parseRun } from "./steps.ts";
import { fillSlots, type Words } from "./words.ts";

export type Pack = { readonly files: readonly PackFile[]; readonly words: Words };

/** The seed of the part that is the same in every run. Another seed is another pack. */
const fixedSeed = "overt validation pack 1";

/**
 * Every item of a pack: those written by hand, those that the fixed seed makes, and those that `seed` makes. Each file draws
 * from numbers of its own, so that a new file changes no other. Throws BAD_CONFIG where the pack contradicts itself.
 */
export function buildCorpus({ files, words }: Pack, seed: string): readonly Item[] {
  const made = new Map<string, Item>();
  for (const file of files) {
    for (const line of file.lines.filter((one) => !one.isTemplate)) {
      const random = openRandom(`${fixedSeed}\n${file.name}\n${line.line}`);
      add(made, makeItem(file, line, "written", 1, words, random));
    }
    makeFromTemplates(made, file, words, "fixed", file.fixed, openRandom(`${fixedSeed}\n${file.name}`));
  }
  // Only now, so that what the seed makes never takes the place of what every run has.
  for (const file of files) {
    makeFromTemplates(made, file, words, "drawn", file.drawn, openRandom(`drawn\n${seed}\n${file.name}`));
  }
  return [...made.values()];
}

function makeFromTemplates(
  made: Map<string, Item>,
  file: PackFile,
  words: Words,
  origin: Origin,
  wanted: number,
  random: Random,
): void {
  const templates = file.lines.filter((one) => one.isTemplate);
  if (templates.length === 0) return;
  // A template with few words repeats itself; what is not new is not counted twice.
  for (let tries = 0, left = wanted; left > 0 && tries < 4 * wanted; tries++) {
    const template = templates[tries % templates.length] as PackLine;
    if (add(made, makeItem(file, template, origin, tries + 1, words, random))) left--;
  }
}

function makeItem(file: PackFile, line: PackLine, origin: Origin, number: number, words: Words, random: Random): Item {
  try {
    const { text, spelling } = fillSlots(line.text, words, random);
    const run = line.signal === "run" ? parseRun(text) : parseOne(line.signal, text);
    const steps = run.steps.map((step) =>
      step.signal === "search" ? { ...step, content: searchFor(step.content, words, random) } : step,
    );
    return {
      id: `${file.name}:${line.line}#${origin === "written" ? "" : origin[0]}${number}`,
      steps,
      start: run.start,
      expects: file.expects.get(line.signal) ?? [],
      theme: file.theme,
      isProtected: file.isProtected,
      language: file.language,
      spelling,
      origin,
    };
  } catch (error) {
    if (error instanceof RangeError) throw fault(file.name, line.line, error.message);
    throw error;
  }
}

/** The address of a results page: what a browser would report. */
function searchFor(words: string, lists: Words, random: Random): string {
  return `${random.pick(lists.get("search-engine") ?? [])}${encodeURIComponent(words).replaceAll("%20", "+")}`;
}

/** False where the same thing was made before. Throws where it was made with another label. */
function add(made: Map<string, Item>, item: Item): boolean {
  const key = JSON.stringify([item.start, item.steps.map(({ signal, content, after }) => [signal, content, after])]);
  const known = made.get(key);
  if (known === undefined) {
    made.set(key, item);
    return true;
  }
  if (known.expects.join() !== item.expects.join()) {
    throw new ConfigError(
      "BAD_CONFIG",
      `${known.id} and ${item.id} make the same item with two labels: ${sayItem(item)}`,
    );
  }
  return false;
}
