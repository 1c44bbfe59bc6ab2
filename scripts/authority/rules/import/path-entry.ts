import { findDestination } from "@overt/shared/rules/destination.ts";
import { PathPattern } from "@overt/shared/rules/matchers.ts";
import { compilePath, matchesPieces } from "@overt/shared/rules/paths.ts";
import type { PathEntry } from "./entry.ts";
import type { SkipReason } from "./reasons.ts";

/** As rules write it: `site.example/chat/*`. */
export function patternOf({ host, rest }: Pick<PathEntry, "host" | "rest">): string {
  return `${host.includes(":") ? `[${host}]` : host}${rest}`;
}

/** Why the language of rules cannot hold the pattern; undefined where it can. */
export function checkPath(entry: PathEntry): SkipReason | undefined {
  const read = PathPattern.safeParse(patternOf(entry));
  if (read.success) return undefined;
  return read.error.issues.every(({ code }) => code === "custom") ? "too-many-wildcards" : "not-a-path";
}

/** What may stand for a `*`: nothing, a part of a path, the beginning of a query. */
const fillers = ["", "1", "page", "?", "?q=", "a1/b2", "zz-9"];

/** Addresses that the pattern matches; none where no address is ever written so. */
export function* addressesOf({ host, rest }: Pick<PathEntry, "host" | "rest">): Generator<string> {
  const { pieces } = compilePath(patternOf({ host, rest }));
  const site = host === "*" ? "any.invalid" : host.includes(":") ? `[${host}]` : host;
  for (const filler of fillers) {
    const url = `https://${site}${rest.replaceAll("*", filler)}`;
    const destination = findDestination(url);
    if (destination !== undefined && matchesPieces(pieces, destination.pathAndQuery)) yield url;
  }
}

export function isEverWritten(entry: PathEntry): boolean {
  return addressesOf(entry).next().done !== true;
}
