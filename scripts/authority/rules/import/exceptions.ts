import { compilePath, matchesPieces } from "@overt/shared/rules/paths.ts";
import type { Entry, PathEntry } from "./entry.ts";
import type { ExceptionLaw } from "./formats/formats.ts";
import { HostSet } from "./host-set.ts";
import { patternOf } from "./path-entry.ts";
import { suffixesOf } from "./suffixes.ts";

type Path = { readonly rest: string; readonly pieces: readonly string[] };

/**
 * What the exceptions of a source clear. An allow rule clears alerts of its own or a wider host; an Adblock exception
 * clears whatever it covers. So what it covers wholly is left out, and what it covers in part gets an allow path of its own.
 */
export class Exceptions {
  readonly #law: ExceptionLaw;
  readonly #hosts = new HostSet();
  readonly #paths = new Map<string, Path[]>();

  constructor(law: ExceptionLaw) {
    this.#law = law;
  }

  get #isEmpty(): boolean {
    return this.#hosts.size === 0 && this.#paths.size === 0;
  }

  add(entry: Entry): void {
    if (entry.kind === "host") this.#hosts.add(entry.host);
    if (entry.kind !== "path") return;
    const paths = this.#paths.get(entry.host) ?? [];
    this.#paths.set(entry.host, paths);
    paths.push({ rest: entry.rest, pieces: compilePath(patternOf(entry)).pieces });
  }

  /** True where nothing that the entry matches would make an alert. */
  clears(entry: Entry): boolean {
    if (entry.kind === "term" || entry.host === "*" || this.#isEmpty) return false;
    if (this.#law === "closest") return this.#hosts.has(entry.host);
    const inner = entry.kind === "path" ? compilePath(patternOf(entry)).pieces : ["/", ""];
    for (const host of suffixesOf(entry.host)) {
      if (this.#hosts.has(host)) return true;
      // The sign between the pieces stands in no address, so only a `*` takes it.
      if (this.#paths.get(host)?.some(({ pieces }) => matchesPieces(pieces, inner.join("\u0001")))) return true;
    }
    return false;
  }

  /** Allow paths that the entry's host needs, because those of wider hosts do not reach it. */
  narrowTo(entry: Entry): readonly PathEntry[] {
    if (this.#paths.size === 0 || entry.kind === "term") return [];
    const [, ...wider] = suffixesOf(entry.host);
    return wider.flatMap((host) =>
      (this.#paths.get(host) ?? []).map(
        ({ rest }): PathEntry => ({ kind: "path", action: "allow", host: entry.host, rest }),
      ),
    );
  }
}
