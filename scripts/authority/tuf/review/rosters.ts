import { parseCanonical } from "@overt/shared/crypto/canonical.ts";
import { limits } from "@overt/shared/limits.ts";
import { sayTime } from "../../../cli/time.ts";
import { listRoster, parseRoster, type RosterEntry } from "../../../keys/list-roster.ts";
import { type RosterKind, rosterKinds, rosterTargets } from "../../../keys/roster.ts";

/** The kind of roster that a published path holds. */
export function rosterAt(path: string): RosterKind | undefined {
  return rosterKinds.find((kind) => rosterTargets[kind] === path);
}

/** Who comes, goes or gets another period; one line each. */
export function describeRosterChange(kind: RosterKind, before: Uint8Array | undefined, after: Uint8Array): string[] {
  const read = (bytes: Uint8Array) => parseCanonical(bytes, { maxBytes: limits.payload.keysTarget });
  const [old, now] = [before && read(before), read(after)];
  const was = old === undefined ? [] : listRoster(kind, old);
  const is = listRoster(kind, now);
  const find = (all: readonly RosterEntry[], entry: RosterEntry) =>
    all.find(({ name, publicKey }) => name === entry.name && publicKey === entry.publicKey);
  return [
    ...describeHead(kind, old, now),
    ...is.flatMap((entry) => {
      const before = find(was, entry);
      if (before === undefined) return [`NEW  ${sayEntry(entry)}`];
      return sayEntry(before) === sayEntry(entry) ? [] : [`now  ${sayEntry(entry)}; before ${sayPeriod(before)}`];
    }),
    ...was.filter((entry) => find(is, entry) === undefined).map((entry) => `GONE ${sayEntry(entry)}`),
  ];
}

function describeHead(kind: RosterKind, old: unknown, now: unknown): string[] {
  const head = (roster: unknown): string => {
    if (kind === "order-signers") return `an order needs ${parseRoster(kind, roster).threshold} signers`;
    if (kind === "servers") return `the log is ${parseRoster(kind, roster).logOrigin}`;
    if (kind === "reviewers") return `the recovery key is ${parseRoster(kind, roster).recoveryBoxKey.slice(0, 16)}…`;
    return "";
  };
  const words = head(now);
  if (words === "" || (old !== undefined && head(old) === words)) return [];
  return [old === undefined ? words : `${words}; before, ${head(old)}`];
}

function sayEntry({ name, publicKey, note, ...period }: RosterEntry): string {
  return `${name} ${publicKey.slice(0, 16)}… ${note === "" ? "" : `(${note}) `}${sayPeriod(period)}`;
}

function sayPeriod({ from, until }: Pick<RosterEntry, "from" | "until">): string {
  return `from ${sayTime(from)} until ${sayTime(until)}`;
}
