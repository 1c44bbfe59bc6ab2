import { type CompiledPath, compilePath } from "./paths.ts";

/** Path patterns by their numbers. */
export type PathSource = { readonly length: number; at(number: number): CompiledPath | undefined };

/** All path patterns of a rule set in the order of its rules, each taken apart when it is first asked for. */
export class PathTable implements PathSource {
  readonly length: number;
  readonly #sources: readonly (readonly string[])[];
  /** The number of the first pattern of each rule, and the rule of each pattern. */
  readonly #first: Int32Array;
  readonly #rule: Int32Array;
  readonly #known: (CompiledPath | undefined)[];

  /** `sources[n]` are the patterns of rule number n. */
  constructor(sources: readonly (readonly string[])[]) {
    this.#sources = sources;
    this.#first = new Int32Array(sources.length);
    let count = 0;
    sources.forEach(({ length }, rule) => {
      this.#first[rule] = count;
      count += length;
    });
    this.length = count;
    this.#rule = new Int32Array(count);
    sources.forEach(({ length }, rule) => {
      const first = this.#first[rule] as number;
      this.#rule.fill(rule, first, first + length);
    });
    this.#known = new Array<CompiledPath | undefined>(count).fill(undefined);
  }

  ruleOf(number: number): number {
    return this.#rule[number] as number;
  }

  at(number: number): CompiledPath {
    return this.#known[number] ?? this.#compile(number);
  }

  #compile(number: number): CompiledPath {
    const rule = this.ruleOf(number);
    const path = compilePath(this.#sources[rule]?.[number - (this.#first[rule] as number)] as string);
    this.#known[number] = path;
    return path;
  }
}

/** The patterns of these numbers, as a source of their own. */
export function pickPaths(table: PathTable, numbers: Int32Array): PathSource {
  return { length: numbers.length, at: (i) => table.at(numbers[i] as number) };
}
