import { parseHex } from "@overt/shared/bytes.ts";
import { ConfigError } from "@overt/shared/errors.ts";
import type { PublicKeyFile } from "@overt/shared/protocol/key-file.ts";
import type { Metadata, Root } from "@tufjs/models";
import type { RootPlan } from "./metadata.ts";
import { keysOfRole } from "./review/root.ts";
import { isTufRole, type TufRole, tufQuorum, tufRoles } from "./roles.ts";

export interface Founding {
  readonly agency: string;
  readonly practice: boolean;
  readonly now: number;
  readonly keys: readonly PublicKeyFile[];
  /** How many must sign, where that is more than the least. */
  readonly thresholds: Partial<Readonly<Record<TufRole, number>>>;
}

/** The first root of an agency. Throws USAGE where keys are missing, stray or stand twice. */
export function planFounding({ agency, practice, now, keys, thresholds }: Founding): Omit<RootPlan, "version"> {
  const stray = keys.find(({ role }) => !isTufRole(role));
  if (stray) {
    throw new ConfigError(
      "USAGE",
      `${stray.name} is a ${stray.role} key. A root names root, targets, snapshot and timestamp keys; others stand in rosters.`,
    );
  }
  const byRole = (role: TufRole) => keys.filter((key) => key.role === role).map((key) => key.publicKey ?? "");
  return checkPlan({
    agency,
    practice,
    now,
    keys: mapRoles((role) => byRole(role).map(parseHex)),
    thresholds: mapRoles((role) => thresholds[role] ?? tufQuorum[role].threshold),
  });
}

export interface Succession {
  readonly now: number;
  readonly add: readonly PublicKeyFile[];
  /** Public keys, or their first 8 or more digits. */
  readonly retire: readonly string[];
  readonly thresholds: Partial<Readonly<Record<TufRole, number>>>;
}

/** The root after `before`: the same with keys added and retired, and a later end. Throws USAGE. */
export function planSuccession(
  before: Metadata<Root>,
  { now, add, retire, thresholds }: Succession,
): Omit<RootPlan, "version"> {
  const mark = before.signed.unrecognizedFields["x-overt"] as { agency: string; practice: boolean };
  const unknown = retire.find(
    (digits) => !tufRoles.some((role) => keysOfRole(before, role).some((key) => key.startsWith(digits))),
  );
  if (unknown !== undefined)
    throw new ConfigError("USAGE", `No key of the root begins with ${unknown}. “tuf status” shows them.`);
  const stray = add.find(({ role }) => !isTufRole(role));
  if (stray) throw new ConfigError("USAGE", `${stray.name} is a ${stray.role} key, and has no place in a root.`);
  const keep = (role: TufRole) =>
    keysOfRole(before, role).filter((key) => !retire.some((digits) => key.startsWith(digits)));
  const added = (role: TufRole) => add.filter((key) => key.role === role).map((key) => key.publicKey ?? "");
  return checkPlan({
    ...mark,
    now,
    keys: mapRoles((role) => [...keep(role), ...added(role)].map(parseHex)),
    thresholds: mapRoles(
      (role) => thresholds[role] ?? before.signed.roles[role]?.threshold ?? tufQuorum[role].threshold,
    ),
  });
}

/** True where the list of files must be signed anew, because others sign it from now on. */
export function changesSigners(before: Metadata<Root>, plan: Omit<RootPlan, "version">): boolean {
  const hex = (role: TufRole) =>
    plan.keys[role]
      .map((key) => Buffer.from(key).toString("hex"))
      .sort()
      .join();
  return (["targets", "snapshot"] as const).some((role) => hex(role) !== keysOfRole(before, role).join());
}

function checkPlan(plan: Omit<RootPlan, "version">): Omit<RootPlan, "version"> {
  const all = tufRoles.flatMap((role) => plan.keys[role].map((key) => Buffer.from(key).toString("hex")));
  if (new Set(all).size !== all.length)
    throw new ConfigError("USAGE", "A key stands there twice: each key has one role and one holder.");
  for (const role of tufRoles) {
    const [have, need] = [plan.keys[role].length, plan.thresholds[role]];
    const least = tufQuorum[role];
    if (have < least.keys) {
      throw new ConfigError(
        "USAGE",
        `An agency has at least ${least.keys} ${role} ${least.keys === 1 ? "key" : "keys"}, each with another person, and ${have} would be there.`,
      );
    }
    if (need < least.threshold || need > have) {
      throw new ConfigError(
        "USAGE",
        `The threshold of ${role} is from ${least.threshold} to the number of its keys, ${have}.`,
      );
    }
  }
  return plan;
}

function mapRoles<T>(of: (role: TufRole) => T): Record<TufRole, T> {
  return { root: of("root"), targets: of("targets"), snapshot: of("snapshot"), timestamp: of("timestamp") };
}
