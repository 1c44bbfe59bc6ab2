import { isAddress } from "../destination.ts";
import { CodePoints } from "../unicode/code-points.ts";
import { unicodeTables } from "../unicode/tables.ts";
import { decodePunycode } from "./punycode.ts";

/** A host, or the end of one, that a reader may take for another. It is never matched as the other: it is pointed out. */
export type LookAlike = {
  /** The end of the host asked about, from a label on. */
  readonly end: string;
  /** The name that it looks like and is not. */
  readonly name: string;
};

/**
 * The names among `names` that the host, or an end of it, looks like (SPEC.md, 10.2.9), each once, in their order. Names
 * that cover the host are not among them. One pass over `names`: for a person at a desk, not for matching.
 */
export function findLookAlikes(host: string, names: Iterable<string>): readonly LookAlike[] {
  if (isAddress(host)) return [];
  const ends = new Map<string, string>();
  for (let end: string | undefined = host; end !== undefined; end = withoutFirstLabel(end)) ends.set(looksOf(end), end);
  const found = new Map<string, LookAlike>();
  for (const name of names) {
    const end = ends.get(looksOf(name));
    if (end !== undefined && end !== name && !isAddress(name)) found.set(name, { end, name });
  }
  return [...found.values()];
}

function withoutFirstLabel(host: string): string | undefined {
  const dot = host.indexOf(".");
  return dot < 0 ? undefined : host.slice(dot + 1);
}

/** What a host looks like: two hosts with equal looks are hard to tell apart (UTS #39, skeleton, by the pinned tables). */
function looksOf(host: string): string {
  return host.split(".").map(looksOfLabel).join(".");
}

function looksOfLabel(label: string): string {
  let looks = "";
  for (const code of readLabel(label)) looks += looksOfCharacter(code);
  return looks;
}

function readLabel(label: string): readonly number[] {
  const decoded = label.startsWith("xn--") ? decodePunycode(label.slice(4)) : undefined;
  return decoded ?? [...label].map((letter) => letter.codePointAt(0) as number);
}

function looksOfCharacter(code: number): string {
  const known = ascii[code];
  if (known !== undefined) return known;
  prototype.clear();
  unicodeTables().foldLookalike(code, prototype);
  let looks = "";
  for (let i = 0; i < prototype.length; i++) looks += String.fromCodePoint(prototype.at(i));
  if (code < 128) ascii[code] = looks;
  return looks;
}
const prototype = new CodePoints();
/** Most hosts are nothing else. */
const ascii: string[] = [];

/** The host as its owner would write it, for people: labels of Punycode in their own letters. */
export function spellHost(host: string): string {
  return host
    .split(".")
    .map((label) => String.fromCodePoint(...readLabel(label)))
    .join(".");
}
