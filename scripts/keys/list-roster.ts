import { ConfigError } from "@overt/shared/errors.ts";
import { Officers, OrderSigners, Reviewers, Servers } from "@overt/shared/protocol/roster.ts";
import type { RosterKind } from "./roster.ts";

/** One entry of a roster as a reader wants it. */
export interface RosterEntry {
  /** The pseudonym, where the roster holds one; what the key is for, where it does not. */
  readonly name: string;
  readonly publicKey: string;
  readonly from: number;
  readonly until: number;
  /** What the entry may do beside what all may. */
  readonly note: string;
}

/** Every entry, in the roster's order. Throws USAGE where `value` is no roster of the kind. */
export function listRoster(kind: RosterKind, value: unknown): readonly RosterEntry[] {
  switch (kind) {
    case "order-signers":
      return parseRoster(kind, value).signers.map(({ mayConfirmStatus, ...entry }) => ({
        ...entry,
        name: "order signer",
        note: mayConfirmStatus ? "may confirm status" : "",
      }));
    case "officers":
      return parseRoster(kind, value).officers.map(({ officerId, ...entry }) => ({
        ...entry,
        name: officerId,
        note: "",
      }));
    case "servers": {
      const { receiptKeys, logKeys, consoleKeys } = parseRoster(kind, value);
      const all = { "server-receipt": receiptKeys, "server-log": logKeys, "server-console": consoleKeys };
      return Object.entries(all).flatMap(([name, keys]) => keys.map((entry) => ({ ...entry, name, note: "" })));
    }
    case "reviewers":
      return parseRoster(kind, value).reviewers.map(({ reviewerId, boxKey, role, group, from, until }) => ({
        name: reviewerId,
        publicKey: boxKey,
        from,
        until,
        note: `${role} of ${group}`,
      }));
  }
}

const schemas = { "order-signers": OrderSigners, officers: Officers, servers: Servers, reviewers: Reviewers } as const;
type Rosters = {
  "order-signers": OrderSigners;
  officers: Officers;
  servers: Servers;
  reviewers: Reviewers;
};

export function parseRoster<K extends RosterKind>(kind: K, value: unknown): Rosters[K] {
  const read = schemas[kind].safeParse(value);
  if (read.success) return read.data as Rosters[K];
  const [issue] = read.error.issues;
  throw new ConfigError(
    "BAD_CONFIG",
    `This is no roster of ${kind}: ${issue?.path.join(".") || "the top"}: ${issue?.message}.`,
  );
}
