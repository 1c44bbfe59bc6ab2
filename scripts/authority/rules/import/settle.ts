import type { Entry, PathEntry, ReadLine } from "./entry.ts";
import type { Exceptions } from "./exceptions.ts";
import type { Gathered } from "./gathered.ts";
import { patternOf } from "./path-entry.ts";
import type { Reason, SkipReason } from "./reasons.ts";
import type { Tally } from "./tally.ts";

type Waiting = { readonly line: ReadLine; readonly note: Reason | undefined; readonly paths: readonly PathEntry[] };

/** Takes lines into what is gathered and says of each, exactly once, what became of it. */
export class Settler {
  readonly #gathered: Gathered;
  readonly #tally: Tally;
  readonly #exceptions: Exceptions;
  /** Lines with paths: whether a path can be kept is known when all are there. */
  readonly #waiting: Waiting[] = [];

  constructor(gathered: Gathered, tally: Tally, exceptions: Exceptions) {
    this.#gathered = gathered;
    this.#tally = tally;
    this.#exceptions = exceptions;
  }

  settle(line: ReadLine): void {
    const { outcome } = line;
    if (outcome.kind === "nothing") this.#tally.count(line, "nothing");
    else if (outcome.kind === "skipped") this.#tally.countReason(line, "skipped", outcome.reason);
    else this.#take(line, outcome.entries, outcome.note);
  }

  #take(line: ReadLine, entries: readonly Entry[], said: Reason | undefined): void {
    const paths: PathEntry[] = [];
    let isNew = false;
    let isKnown = false;
    let refused: SkipReason | undefined;
    for (const entry of entries) {
      const added = this.#add(entry);
      if (added === "known") isKnown = true;
      else if (added === "new") {
        isNew = true;
        if (entry.kind === "path") paths.push(entry);
      } else refused = added;
    }
    const note = refused === undefined ? said : "partly";
    if (paths.length > 0) this.#waiting.push({ line, note, paths });
    else if (isNew) this.#countTaken(line, note);
    else if (isKnown || refused === undefined) this.#tally.count(line, "known");
    else this.#tally.countReason(line, "skipped", refused);
  }

  /** Says of the lines that waited what became of them; `dropped` patterns were not kept. */
  finish(dropped: ReadonlySet<PathEntry>): void {
    for (const { line, note, paths } of this.#waiting) {
      const left = paths.filter((path) => !dropped.has(path));
      if (left.length === 0) this.#tally.countReason(line, "skipped", "too-alike");
      else this.#countTaken(line, left.length < paths.length ? "partly" : note);
    }
  }

  #countTaken(line: ReadLine, note: Reason | undefined): void {
    if (note === undefined) this.#tally.count(line, "taken");
    else this.#tally.countReason(line, "noted", note);
  }

  #add(entry: Entry) {
    if (entry.kind === "term" || entry.action === "allow") return this.#gathered.add(entry);
    if (this.#exceptions.clears(entry)) return "excepted";
    if (entry.kind === "path" && this.#gathered.paths.alert.has(patternOf(entry))) return "known";
    for (const allow of this.#exceptions.narrowTo(entry)) {
      const added = this.#gathered.add(allow);
      // Without its exceptions the entry would be found where the source clears it.
      if (added !== "known" && added !== "new") return added;
    }
    return this.#gathered.add(entry);
  }
}
