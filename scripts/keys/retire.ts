import { ConfigError } from "@overt/shared/errors.ts";
import { listRoster, parseRoster, type RosterEntry } from "./list-roster.ts";
import type { RosterKind } from "./roster.ts";

/**
 * The roster in which the entries that `matches` names end at `at`; what they signed before stays good. An entry that
 * has not begun by then is taken out. Throws USAGE where nobody matches, or where too few would be left to sign.
 */
export function retireFromRoster(
  kind: RosterKind,
  value: unknown,
  at: number,
  matches: (entry: RosterEntry) => boolean,
): { readonly roster: unknown; readonly retired: readonly RosterEntry[] } {
  const retired = listRoster(kind, value).filter((entry) => entry.until > at && matches(entry));
  if (retired.length === 0) {
    throw new ConfigError(
      "USAGE",
      "Nobody of this name or key is in the roster after that time. “roster list” shows who is.",
    );
  }
  const keys = new Set(retired.map((entry) => entry.publicKey));
  const end = <T extends { from: number; until: number }>(entries: readonly T[], keyOf: (entry: T) => string): T[] =>
    entries.flatMap((entry) => {
      if (!keys.has(keyOf(entry)) || entry.until <= at) return [entry];
      return entry.from >= at ? [] : [{ ...entry, until: at }];
    });
  const byKey = (entry: { publicKey: string }) => entry.publicKey;
  const ended = endIn(kind, value, end, byKey);
  requireEnoughLeft(kind, ended, at);
  return { roster: parseRoster(kind, ended), retired };
}

type End = <T extends { from: number; until: number }>(entries: readonly T[], keyOf: (entry: T) => string) => T[];

function endIn(kind: RosterKind, value: unknown, end: End, byKey: (entry: { publicKey: string }) => string): unknown {
  switch (kind) {
    case "order-signers": {
      const roster = parseRoster(kind, value);
      return { ...roster, signers: end(roster.signers, byKey) };
    }
    case "officers": {
      const roster = parseRoster(kind, value);
      return { ...roster, officers: end(roster.officers, byKey) };
    }
    case "servers": {
      const roster = parseRoster(kind, value);
      return {
        ...roster,
        receiptKeys: end(roster.receiptKeys, byKey),
        logKeys: end(roster.logKeys, byKey),
        consoleKeys: end(roster.consoleKeys, byKey),
      };
    }
    case "reviewers": {
      const roster = parseRoster(kind, value);
      return { ...roster, reviewers: end(roster.reviewers, (entry) => entry.boxKey) };
    }
  }
}

/** Somebody must be able to go on after the retirement; otherwise the new key comes first. */
function requireEnoughLeft(kind: RosterKind, value: unknown, at: number): void {
  const left = listEntriesAfter(kind, value, at);
  const need = kind === "order-signers" ? ((value as { threshold: number }).threshold ?? 1) : 1;
  const groups = kind === "servers" ? ["server-receipt", "server-log", "server-console"] : [undefined];
  for (const group of groups) {
    const count = left.filter((entry) => group === undefined || entry.name === group).length;
    if (count >= need) continue;
    const who = group ?? kind;
    throw new ConfigError(
      "USAGE",
      `After that, ${count} of the ${need} ${who} needed would be left. Add the new key first (“roster add”)${kind === "order-signers" ? ", or lower --threshold" : ""}.`,
    );
  }
}

function listEntriesAfter(kind: RosterKind, value: unknown, at: number): readonly RosterEntry[] {
  try {
    return listRoster(kind, value).filter((entry) => entry.until > at);
  } catch {
    // The schema wants at least one entry: none is left.
    return [];
  }
}
