import { ruleLimits } from "@overt/shared/rules/limits.ts";
import type { Problems, Source } from "../source/problems.ts";
import { findHost } from "./hosts.ts";

const saidPerFile = 50;

/** lists/NAME.txt: one host a line, `#` begins a comment. Sorted and each once, so that the order of lines changes nothing. */
export function readListFile(source: Source, problems: Problems): readonly string[] {
  const hosts = new Set<string>();
  let wrong = 0;
  for (const { text, start } of linesOf(source.text)) {
    const written = text.replace(/(?:^|\s)#.*$/, "").trim();
    if (written === "") continue;
    const host = findHost(written);
    if (host !== undefined && host === written) hosts.add(host);
    else if (wrong++ < saidPerFile) {
      const at = start + text.indexOf(written);
      problems.error(
        { source, start: at, end: at + written.length },
        "this is no host in plain form",
        host ?? "site.example",
      );
    }
  }
  if (hosts.size === 0 && wrong === 0) {
    problems.error({ source, start: 0, end: 0 }, "the list is empty", "one host a line");
  }
  if (hosts.size > ruleLimits.listEntries) {
    problems.error({ source, start: 0, end: 0 }, `a list holds at most ${ruleLimits.listEntries} hosts`);
  }
  return [...hosts].sort();
}

export type Line = { readonly text: string; readonly start: number; readonly number: number };

/** Lines with their offset and number from 1; CR LF, LF and CR each end one. */
export function* linesOf(text: string): Generator<Line> {
  const ends = /\r\n|\r|\n/g;
  let start = 0;
  for (let number = 1; start <= text.length; number++) {
    ends.lastIndex = start;
    const found = ends.exec(text);
    const end = found === null ? text.length : found.index;
    yield { text: text.slice(start, end), start, number };
    if (found === null) return;
    start = ends.lastIndex;
  }
}
