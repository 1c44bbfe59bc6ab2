import { brandVerified } from "@overt/shared/brand.ts";
import { canonicalBytes } from "@overt/shared/crypto/canonical.ts";
import { sha256Hex } from "@overt/shared/crypto/hash.ts";
import { OvertError, PolicyError } from "@overt/shared/errors.ts";
import { limits } from "@overt/shared/limits.ts";
import { compileRules } from "@overt/shared/rules/compile.ts";
import type { ListReference, RuleSet } from "@overt/shared/rules/language.ts";
import { RuleSet as RuleSetSchema } from "@overt/shared/rules/language.ts";
import { buildPlainLists } from "@overt/shared/rules/lists.ts";
import type { RuleEngine } from "@overt/shared/rules/match.ts";
import { type Bundle, buildRuleSet, readBundle } from "./bundle/bundle.ts";
import { readSources } from "./bundle/sources.ts";
import { Problems } from "./source/problems.ts";

/** Makes the binary form of a list from sorted, distinct hosts. */
export type CompileList = (id: string, hosts: readonly string[], sensitive: boolean) => Uint8Array;

/** What a bundle is published as: TUF targets by their name. */
export type CompiledBundle = {
  readonly ruleSet: RuleSet;
  readonly targets: ReadonlyMap<string, Uint8Array>;
};

/** The bundle at `path`, or all that is wrong with it. Throws MISSING_FILE where there is none. */
export function openBundle(path: string): { readonly bundle: Bundle | undefined; readonly problems: Problems } {
  const problems = new Problems();
  const sources = readSources(path, problems);
  return { bundle: readBundle(sources, problems), problems };
}

/** The engine over the bundle's own text lists: for checks, tests and explanations at the desk. Throws RULE_REFUSED. */
export function buildBundleEngine(bundle: Bundle, extra: Partial<Pick<RuleSet, "engines">> = {}): RuleEngine {
  const ruleSet = { ...buildRuleSet(bundle, draftReferences(bundle)), ...extra };
  return compileRules(brandVerified(ruleSet), buildPlainLists(Object.fromEntries(bundle.lists)));
}

/** Canonical JSON and binary lists: the same bytes from the same input on any machine. */
export function compileBundle(bundle: Bundle, compileList: CompileList): CompiledBundle {
  const targets = new Map<string, Uint8Array>();
  const references = [...bundle.lists].map(([id, hosts]): ListReference => {
    const sensitive = bundle.header.sensitiveLists.includes(id);
    const bytes = compileList(id, hosts, sensitive);
    const target = `lists/${id}.bin`;
    targets.set(target, bytes);
    return { id, target, sha256: sha256Hex(bytes), entries: hosts.length, sensitive };
  });
  const ruleSet = RuleSetSchema.parse(buildRuleSet(bundle, references));
  const bytes = canonicalBytes(ruleSet);
  if (bytes.length > limits.payload.ruleSet) {
    throw new PolicyError("RULE_REFUSED", "The compiled rule set is larger than 4 MiB: move inline hosts into lists.");
  }
  targets.set(`rules/${bundle.header.bundle}.json`, bytes);
  return { ruleSet, targets };
}

/** What the engine refuses in the bundle as a whole, in its own words; undefined where it takes it. */
export function findRefusal(bundle: Bundle): string | undefined {
  try {
    buildBundleEngine(bundle);
    return undefined;
  } catch (error) {
    if (error instanceof OvertError) return error.message;
    throw error;
  }
}

function draftReferences(bundle: Bundle): ListReference[] {
  return [...bundle.lists].map(([id, hosts]) => ({
    id,
    target: `lists/${id}.bin`,
    sha256: "0".repeat(64),
    entries: hosts.length,
    sensitive: bundle.header.sensitiveLists.includes(id),
  }));
}
