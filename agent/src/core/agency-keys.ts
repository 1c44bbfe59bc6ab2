import type { Verified } from "@overt/shared/brand.ts";
import { parseHex } from "@overt/shared/bytes.ts";
import { VerificationError } from "@overt/shared/errors.ts";
import { limits } from "@overt/shared/limits.ts";
import { Officers, OrderSigners, Reviewers, Servers, targetNames } from "@overt/shared/protocol/roster.ts";
import type { z } from "zod";
import type { VerifiedTargets } from "./verified-targets.ts";

/** The agency's keys as its signers published them. No key is taken from anywhere else. */
export interface AgencyKeys {
  readonly orderSigners: Verified<OrderSigners>;
  readonly officers: Verified<Officers>;
  readonly servers: Verified<Servers>;
  readonly reviewers: Verified<Reviewers>;
}

/** Throws BAD_SCHEMA where one of the four key files is missing or malformed. */
export function requireAgencyKeys(targets: VerifiedTargets): AgencyKeys {
  return {
    orderSigners: requireDocument(targets, targetNames.orderSigners, OrderSigners),
    officers: requireDocument(targets, targetNames.officers, Officers),
    servers: requireDocument(targets, targetNames.servers, Servers),
    reviewers: requireDocument(targets, targetNames.reviewers, Reviewers),
  };
}

function requireDocument<T>(targets: VerifiedTargets, name: string, schema: z.ZodType<T>): Verified<T> {
  const document = targets.findDocument(name, schema, limits.payload.keysTarget);
  if (!document) throw new VerificationError("BAD_SCHEMA", "The authority has not published all of its keys.");
  return document;
}

interface Period {
  readonly from: number;
  readonly until: number;
}

/** The public keys in force at a time (Unix seconds); `until` itself is past the end. */
export function findKeysAt(entries: readonly (Period & { readonly publicKey: string })[], at: number): Uint8Array[] {
  return entries.filter((entry) => isInForce(entry, at)).map((entry) => parseHex(entry.publicKey));
}

/** Order signers who may confirm that an order stands. */
export function findStatusKeysAt(roster: OrderSigners, at: number): Uint8Array[] {
  return findKeysAt(
    roster.signers.filter((signer) => signer.mayConfirmStatus),
    at,
  );
}

/** The keys of one officer. */
export function findOfficerKeysAt(roster: Officers, officerId: string, at: number): Uint8Array[] {
  return findKeysAt(
    roster.officers.filter((officer) => officer.officerId === officerId),
    at,
  );
}

/** The reviewers of a group whose box keys evidence is sealed to. */
export function findReviewersAt(roster: Reviewers, group: string, at: number): Reviewers["reviewers"] {
  return roster.reviewers.filter((reviewer) => reviewer.group === group && isInForce(reviewer, at));
}

function isInForce({ from, until }: Period, at: number): boolean {
  return from <= at && at < until;
}
