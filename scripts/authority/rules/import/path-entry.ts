import { PathPattern } from "@overt/shared/rules/matchers.ts";
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
