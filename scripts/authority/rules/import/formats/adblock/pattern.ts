import { compilePath } from "@overt/shared/rules/paths.ts";
import type { Action, Outcome } from "../../entry.ts";
import { skipped } from "../../entry.ts";
import { readListedHost } from "../../listed-host.ts";
import { checkPath, isEverWritten } from "../../path-entry.ts";
import type { NoteReason } from "../../reasons.ts";
import { spellOut } from "./separators.ts";

/** Shortest part of a path pattern for any host: with less, too much is found, and slowly. */
const leastPart = 4;

/** A filter's pattern without `@@` and options, as a host or as path patterns. */
export function translatePattern(pattern: string, action: Action): Outcome {
  if (/%2a/i.test(pattern)) return skipped("not-a-path");
  const isEnded = pattern.endsWith("|") && pattern.length > 2;
  const whole = isEnded ? pattern.slice(0, -1) : pattern;
  if (whole.startsWith("||")) return translateOnHost(whole.slice(2), isEnded, action);
  if (/^\|(?!\*)/.test(whole) || /^\**(?:\w+:|:)?\/\//.test(whole)) return skipped("exact-host");
  return translateAnywhere(whole.replace(/^\|?\*+/, ""), isEnded, action);
}

/** `||host…`: the host and what is below it, then the beginning of its path. */
function translateOnHost(text: string, isEnded: boolean, action: Action, written?: NoteReason): Outcome {
  const starred = text.startsWith("*.");
  const [, name = "", rest = ""] = /^(\[[^\]]*\]|[^/^*?:|]*)(.*)$/s.exec(starred ? text.slice(2) : text) ?? [];
  if (rest.startsWith(":")) return skipped("port");
  if (rest.startsWith("*") || name.endsWith(".") || (name === "" && text !== "")) return skipped("host-wildcard");
  if (rest.startsWith("?") || rest.startsWith("|") || (rest === "" && isEnded)) return skipped("not-understood");
  const read = readListedHost(name);
  if ("reason" in read) return skipped(read.reason);
  const note = written ?? (starred ? "wildcard-host" : rest === "" ? "host-start" : undefined);
  const path = rest.startsWith("^") ? `/${rest.slice(1)}` : rest;
  if (!isEnded && /^(?:\/\**)?$/.test(path)) {
    return { kind: "taken", entries: [{ kind: "host", action, host: read.host }], note };
  }
  return takePaths(read.host, spellOut(path, isEnded), action, note ?? (path.includes("^") ? "separator" : undefined));
}

/** A text that may stand anywhere in the address. */
function translateAnywhere(text: string, isEnded: boolean, action: Action): Outcome {
  // A host at the beginning is what such filters mean.
  if (/^(?:[a-z0-9_-]+\.)+[a-z][a-z0-9-]+[/^]/i.test(text)) return translateOnHost(text, isEnded, action, "host-start");
  if (action === "allow") return skipped("exception-anywhere");
  const spelled = spellOut(text, isEnded)?.flatMap((one) =>
    one.startsWith("/") ? [one, `/*${one}`] : one.startsWith("*") ? [`/${one}`] : [`/*${one}`],
  );
  const parts = compilePath(`*/${text.replace(/\^/g, "*")}`).pieces;
  if (!parts.some((part, i) => part.length - (i === 0 ? 1 : 0) >= leastPart)) return skipped("too-alike");
  return takePaths("*", spelled, action, "path-only");
}

function takePaths(
  host: string,
  spelled: readonly string[] | undefined,
  action: Action,
  note: NoteReason | undefined,
): Outcome {
  if (spelled === undefined) return skipped("too-many-wildcards");
  const all = spelled.map((one) => ({ kind: "path", action, host, rest: one.replace(/\*+/g, "*") }) as const);
  const wrong = all.map(checkPath).find((one) => one !== undefined);
  if (wrong !== undefined) return skipped(wrong);
  const entries = all.filter(isEverWritten);
  if (entries.length === 0) return skipped("no-address");
  return { kind: "taken", entries, note };
}
