import { ruleLimits } from "@overt/shared/rules/limits.ts";
import type { Term } from "@overt/shared/rules/matchers.ts";
import type { Action, Entry, PathEntry } from "./entry.ts";
import { HostSet } from "./host-set.ts";
import { patternOf } from "./path-entry.ts";
import type { SkipReason } from "./reasons.ts";
import type { TextWriter } from "./text-writer.ts";

/** A rule set is at most 4 MiB of JSON; an import leaves some of it to the other rules. */
const mostPatternUnits = 3 * 1024 * 1024;
/** Hosts from which an example is chosen. */
const keptHosts = 1_000;

export type Added = "new" | "known" | SkipReason;

class HostPile {
  readonly hosts = new HostSet();
  /** In their order. */
  readonly first: string[] = [];
  readonly writer: TextWriter;

  constructor(writer: TextWriter) {
    this.writer = writer;
  }

  add(host: string): Added {
    if (this.hosts.size >= ruleLimits.listEntries) return this.hosts.has(host) ? "known" : "no-room";
    if (!this.hosts.add(host)) return "known";
    if (this.first.length < keptHosts) this.first.push(host);
    this.writer.add(host);
    return "new";
  }
}

/** What was taken so far, each thing once. Hosts go to the disk as they come; of them only digests stay in memory. */
export class Gathered {
  readonly hosts: Readonly<Record<Action, HostPile>>;
  readonly paths: Readonly<Record<Action, Map<string, PathEntry>>> = { alert: new Map(), allow: new Map() };
  readonly terms: Readonly<Record<"any" | "unless", Map<string, Term>>> = { any: new Map(), unless: new Map() };
  #units = 0;

  constructor(writers: Readonly<Record<Action, TextWriter>>) {
    this.hosts = { alert: new HostPile(writers.alert), allow: new HostPile(writers.allow) };
  }

  get isEmpty(): boolean {
    return this.hosts.alert.hosts.size + this.paths.alert.size + this.terms.any.size === 0;
  }

  add(entry: Entry): Added {
    if (entry.kind === "host") return this.hosts[entry.action].add(entry.host);
    if (entry.kind === "path") return this.#addPath(entry);
    return this.#addTerm(entry.use, entry.term);
  }

  remove(entry: PathEntry): void {
    this.paths[entry.action].delete(patternOf(entry));
  }

  #addPath(entry: PathEntry): Added {
    const pile = this.paths[entry.action];
    const pattern = patternOf(entry);
    if (pile.has(pattern)) return "known";
    const units = Buffer.byteLength(JSON.stringify(pattern)) + 1;
    const count = this.paths.alert.size + this.paths.allow.size;
    if (count >= ruleLimits.paths || this.#units + units > mostPatternUnits) return "no-room";
    this.#units += units;
    pile.set(pattern, entry);
    return "new";
  }

  #addTerm(use: "any" | "unless", term: Term): Added {
    const pile = this.terms[use];
    const key = JSON.stringify(term);
    if (pile.has(key)) return "known";
    // Every rule of the import repeats the clearing words.
    const most = use === "unless" ? ruleLimits.termsPerRule / 2 : ruleLimits.terms / 2;
    if (pile.size >= most) return "no-room";
    pile.set(key, term);
    return "new";
  }
}
