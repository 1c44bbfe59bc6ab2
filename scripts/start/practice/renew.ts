import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { canonicalBytes } from "@overt/shared/crypto/canonical.ts";
import type { SigningKey } from "@overt/shared/crypto/ed25519.ts";
import { z } from "zod";
import type { RootPlan } from "../../authority/tuf/metadata.ts";
import { type TufRole, tufQuorum } from "../../authority/tuf/roles.ts";
import { addTarget, proposeRoot, readCurrentRoot, renewTargets, signRole } from "../../authority/tuf/workspace.ts";
import type { PracticeKeys } from "./keys.ts";
import { practiceRules, practiceRulesTarget } from "./rules.ts";

const day = 86_400;
/** What ends sooner than this, in seconds, is issued again. */
const horizon = { root: 60 * day, rules: 60 * day };

/** Read by hand: the rest may be in an older form of the language, and is replaced then. */
const Fields = z.record(z.string(), z.unknown());
const SignedAt = z.strictObject({ at: z.int() });

export function roleKeys(keys: PracticeKeys, role: TufRole): SigningKey[] {
  return Array.from({ length: tufQuorum[role].keys }, (_, i) => keys.signing(`${role}-${i + 1}`));
}

export function signRoot(workspace: string, keys: PracticeKeys, now: number): void {
  for (const key of roleKeys(keys, "root").slice(0, tufQuorum.root.threshold)) signRole(workspace, "root", key, now);
}

/**
 * Draws up again what has grown old: the root and the rules before they end, or where this version of the project has
 * other practice rules; the list of files each day. True where something is to be signed.
 */
export function renewPractice(input: {
  readonly workspace: string;
  readonly published: string;
  readonly plan: Omit<RootPlan, "version">;
  readonly keys: PracticeKeys;
  readonly now: number;
}): boolean {
  const { workspace, published, plan, keys, now } = input;
  const rootEnds = Date.parse(readCurrentRoot(workspace).signed.expires) / 1_000;
  if (rootEnds - now < horizon.root) {
    proposeRoot(workspace, plan);
    signRoot(workspace, keys, now);
  }
  const rules = nextRules(join(workspace, "files", practiceRulesTarget), now);
  if (rules !== undefined) addTarget(workspace, practiceRulesTarget, rules, { now });
  const isOld = now - readSignedAt(join(published, "signed-at.json")) > day;
  if (isOld && rules === undefined) renewTargets(workspace, now);
  return isOld || rules !== undefined;
}

/** The next version of the practice rules where one is due. */
function nextRules(file: string, now: number): Uint8Array | undefined {
  const bytes = readFileSync(file);
  const fields = Fields.parse(JSON.parse(bytes.toString("utf8")));
  const integer = (name: string) => z.int().parse(fields[name]);
  const [version, issuedAt, expires] = [integer("version"), integer("issuedAt"), integer("expires")];
  const same = bytes.equals(canonicalBytes(practiceRules(version, issuedAt)));
  return same && expires - now >= horizon.rules ? undefined : canonicalBytes(practiceRules(version + 1, now));
}

function readSignedAt(file: string): number {
  return existsSync(file) ? SignedAt.parse(JSON.parse(readFileSync(file, "utf8"))).at : 0;
}
