import { ConfigError } from "@overt/shared/errors.ts";
import type { KeyRole, PublicKeyFile } from "@overt/shared/protocol/key-file.ts";
import { Officers, OrderSigners, Reviewers, Servers, targetNames } from "@overt/shared/protocol/roster.ts";
import type { z } from "zod";

export const rosterKinds = ["order-signers", "officers", "servers", "reviewers"] as const;
export type RosterKind = (typeof rosterKinds)[number];

export interface RosterPlan {
  readonly keys: readonly PublicKeyFile[];
  /** Unix seconds between which the keys count. */
  readonly from: number;
  readonly until: number;
  /** Order signers: how many of them an order needs. */
  readonly threshold?: number;
  /** Order signers: those with the role `order-signer` may confirm alone that an order stands, too. */
  readonly mayConfirmStatus?: boolean;
  /** Servers: the origin line of the log. */
  readonly logOrigin?: string;
  /** The roster in force: its entries stay, except where a new key has the same public key. */
  readonly before?: unknown;
}

/** Where a roster is published. */
export const rosterTargets: Readonly<Record<RosterKind, string>> = {
  "order-signers": targetNames.orderSigners,
  officers: targetNames.officers,
  servers: targetNames.servers,
  reviewers: targetNames.reviewers,
};

/** A roster from public parts of keys. Throws USAGE where a key has a role that does not belong there. */
export function buildRoster(kind: RosterKind, plan: RosterPlan): unknown {
  if (plan.from >= plan.until) throw new ConfigError("USAGE", "--until must be later than --from.");
  switch (kind) {
    case "order-signers":
      return orderSigners(plan);
    case "officers":
      return officers(plan);
    case "servers":
      return servers(plan);
    case "reviewers":
      return reviewers(plan);
  }
}

function orderSigners(plan: RosterPlan): OrderSigners {
  const before = plan.before === undefined ? undefined : parse(OrderSigners, plan.before);
  const added = pick(plan, ["order-signer", "status-signer"]).map((key) => ({
    publicKey: publicKeyOf(key),
    mayConfirmStatus: plan.mayConfirmStatus === true || key.role === "status-signer",
    ...period(plan),
  }));
  const threshold = plan.threshold ?? before?.threshold;
  if (threshold === undefined)
    throw new ConfigError("USAGE", "--threshold says how many order signers an order needs.");
  return parse(OrderSigners, { v: 1, threshold, signers: merge(before?.signers ?? [], added) });
}

function officers(plan: RosterPlan): Officers {
  const before = plan.before === undefined ? [] : parse(Officers, plan.before).officers;
  const added = pick(plan, ["officer"]).map((key) => ({
    officerId: key.name,
    publicKey: publicKeyOf(key),
    ...period(plan),
  }));
  return parse(Officers, { v: 1, officers: merge(before, added) });
}

function servers(plan: RosterPlan): Servers {
  const before = plan.before === undefined ? undefined : parse(Servers, plan.before);
  const keys = pick(plan, ["server-receipt", "server-log", "server-console"]);
  const of = (role: KeyRole, held: Servers["logKeys"] | undefined) => {
    const added = keys
      .filter((key) => key.role === role)
      .map((key) => ({ publicKey: publicKeyOf(key), ...period(plan) }));
    return merge(held ?? [], added);
  };
  const logOrigin = plan.logOrigin ?? before?.logOrigin;
  if (logOrigin === undefined)
    throw new ConfigError("USAGE", "--log-origin names the log, such as overt.example.org/log.");
  return parse(Servers, {
    v: 1,
    logOrigin,
    receiptKeys: of("server-receipt", before?.receiptKeys),
    logKeys: of("server-log", before?.logKeys),
    consoleKeys: of("server-console", before?.consoleKeys),
  });
}

function reviewers(plan: RosterPlan): Reviewers {
  const before = plan.before === undefined ? undefined : parse(Reviewers, plan.before);
  const keys = pick(plan, ["reviewer", "recovery"]);
  const added = keys
    .filter((key) => key.role === "reviewer")
    .map((key) => {
      if (!key.reviewer) throw new ConfigError("USAGE", `The key ${key.name} does not say its group and role.`);
      return { reviewerId: key.name, ...key.reviewer, boxKey: publicKeyOf(key), passkeys: [], ...period(plan) };
    });
  const recovery = keys.filter((key) => key.role === "recovery");
  const recoveryBoxKey = recovery[0]?.publicKey ?? before?.recoveryBoxKey;
  if (recoveryBoxKey === undefined || recovery.length > 1) {
    throw new ConfigError(
      "USAGE",
      'The roster of reviewers needs one recovery key: make it with "authority keys new recovery".',
    );
  }
  const held = (before?.reviewers ?? []).filter((entry) => !added.some((key) => key.boxKey === entry.boxKey));
  return parse(Reviewers, { v: 1, reviewers: [...held, ...added], recoveryBoxKey });
}

function pick(plan: RosterPlan, roles: readonly KeyRole[]): readonly PublicKeyFile[] {
  const stray = plan.keys.find((key) => !roles.includes(key.role));
  if (stray) throw new ConfigError("USAGE", `${stray.name} is a ${stray.role} key and does not belong in this roster.`);
  const names = new Set(plan.keys.map((key) => key.publicKey));
  if (names.size !== plan.keys.length) throw new ConfigError("USAGE", "The same key was given twice.");
  return plan.keys;
}

function publicKeyOf(key: PublicKeyFile): string {
  if (key.publicKey === undefined) throw new ConfigError("USAGE", `${key.name} has no public key.`);
  return key.publicKey;
}

function merge<T extends { readonly publicKey: string }>(held: readonly T[], added: readonly T[]): T[] {
  return [...held.filter((entry) => !added.some((key) => key.publicKey === entry.publicKey)), ...added];
}

function period({ from, until }: RosterPlan) {
  return { from, until };
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new ConfigError(
    "USAGE",
    `The roster is not complete at ${issue?.path.join(".") || "the top"}: ${issue?.message}.`,
  );
}
