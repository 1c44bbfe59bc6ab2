import { globSync } from "node:fs";
import type { Said } from "./command-line.ts";

/** One command of a guide and what it should answer; `said` is undefined where the guide does not show it. */
export interface Step {
  readonly line: number;
  readonly command: string;
  readonly said: readonly string[] | undefined;
}

/** The commands of a guide in order: `$ …` in console blocks, and what HTML comments say is done between. */
export function readGuide(text: string): readonly Step[] {
  const steps: { line: number; command: string; said: string[] | undefined }[] = [];
  let inside = false;
  for (const [at, line] of text.split("\n").entries()) {
    const hidden = /^<!-- (.+) -->$/.exec(line)?.[1];
    if (line.startsWith("```")) inside = line === "```console";
    else if (inside && line.startsWith("$ ")) steps.push({ line: at + 1, command: line.slice(2), said: [] });
    else if (inside) steps.at(-1)?.said?.push(line);
    else if (hidden !== undefined) steps.push({ line: at + 1, command: hidden, said: undefined });
  }
  return steps;
}

/** Words of a command as a shell splits them: quotes, and patterns of files in the folder. */
export function splitCommand(command: string, folder: string): string[] {
  const words = command.match(/'[^']*'|"[^"]*"|\S+/g) ?? [];
  return words.flatMap((word) => {
    if (/^['"]/.test(word)) return [word.slice(1, -1)];
    return word.includes("*") ? globSync(word, { cwd: folder }).sort() : [word];
  });
}

/** What differs from run to run: keys, hashes, ids, days and times. */
export function mask(text: string): string {
  return text
    .replace(/\b[0-9a-f]{8,}\b/g, "H")
    .replace(/\b[0-9a-f]{8}…/g, "H…")
    .replace(/\b[0-9a-f]{16}…/g, "H…")
    .replace(/\b\d{4}-\d{2}-\d{2}\b/g, "DAY")
    .replace(/\b\d{2}:\d{2}(:\d{2})? UTC/g, "TIME")
    .replace(/\b\d{4} \d{4}\b/g, "DIGITS")
    .replace(/\b[a-z2-7]{5}(-[a-z2-7]{5}){4}-[a-z2-7]\b/g, "CODE")
    .replace(/ +$/gm, "");
}

export function linesOf({ err, out }: Said): string[] {
  return `${err}${out}`.replace(/\n$/, "").split("\n");
}

/** True where the lines are those shown; a shown line `…` stands for any number, and `…` at a line's end for its rest. */
export function matchesShown(shown: readonly string[], real: readonly string[]): boolean {
  const [first, ...rest] = shown;
  if (first === undefined) return real.length === 0 || (real.length === 1 && real[0] === "");
  if (first === "…") {
    return Array.from({ length: real.length + 1 }, (_, skip) => skip).some((skip) =>
      matchesShown(rest, real.slice(skip)),
    );
  }
  const [line, ...more] = real;
  if (line === undefined) return false;
  const same = first.endsWith(" …") ? mask(line).startsWith(mask(first).slice(0, -1)) : mask(first) === mask(line);
  return same && matchesShown(rest, more);
}

/** The guide with each answer that is not as shown replaced by the real one. */
export function rewriteGuide(text: string, answers: ReadonlyMap<number, readonly string[]>): string {
  const lines = text.split("\n");
  const out: string[] = [];
  for (let at = 0; at < lines.length; ) {
    const answer = answers.get(at + 1);
    out.push(lines[at++] ?? "");
    if (answer === undefined) continue;
    while (at < lines.length && !/^(\$ |```)/.test(lines[at] ?? "")) at++;
    out.push(...answer);
  }
  return out.join("\n");
}
