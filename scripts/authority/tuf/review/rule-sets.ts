import { nativeSha256 } from "@overt/agent/platform/tuf/published-lists.ts";
import { brandVerified } from "@overt/shared/brand.ts";
import { parseCanonical } from "@overt/shared/crypto/canonical.ts";
import { sha256Hex } from "@overt/shared/crypto/hash.ts";
import { ConfigError, PolicyError } from "@overt/shared/errors.ts";
import { limits } from "@overt/shared/limits.ts";
import { compileRules } from "@overt/shared/rules/compile.ts";
import { type ListReference, RuleSet } from "@overt/shared/rules/language.ts";
import { openHostList } from "@overt/shared/rules/lists/host-list.ts";
import { listFileOf } from "@overt/shared/rules/lists/list-file.ts";
import type { ListSource } from "@overt/shared/rules/lists.ts";
import { testRules } from "../../rules/examples.ts";
import { deskEngine } from "../../rules/observe.ts";

export type Files = ReadonlyMap<string, Uint8Array>;

/** A published rule set's document. Throws RULE_REFUSED. */
export function parseRuleSet(path: string, bytes: Uint8Array): RuleSet {
  const read = RuleSet.safeParse(parseCanonical(bytes, { maxBytes: limits.payload.ruleSet }));
  if (!read.success)
    throw new PolicyError("RULE_REFUSED", `${path} is no rule set of this version: compile its bundle again.`);
  if (path !== `rules/${read.data.bundle}.json`) {
    throw new PolicyError(
      "RULE_REFUSED",
      `${path} holds the bundle ${read.data.bundle}: it is published as rules/${read.data.bundle}.json.`,
    );
  }
  return read.data;
}

/**
 * What a signer of rules relies on: the compiled rule set as devices take it, with the very lists that are published beside
 * it, and every example coming out as written. Throws RULE_REFUSED, RULES_EXPIRED, MISSING_LIST.
 */
export function requireGoodRuleSet(
  path: string,
  files: Files,
  listKeys: ReadonlyMap<string, Uint8Array>,
  now: number,
): { readonly ruleSet: RuleSet; readonly examples: number } {
  const ruleSet = parseRuleSet(path, files.get(path) ?? new Uint8Array());
  if (ruleSet.expires <= now) {
    throw new PolicyError(
      "RULES_EXPIRED",
      `The rule set ${ruleSet.bundle} has expired: devices would not match by it. Issue a new version.`,
    );
  }
  const engine = compileRules(
    brandVerified({ ...ruleSet, engines: [...ruleSet.engines, deskEngine] }),
    openLists(files, listKeys),
  );
  const results = testRules(engine, ruleSet);
  const failed = results.filter(({ passed }) => !passed);
  if (failed.length > 0) {
    const [first] = failed;
    throw new PolicyError(
      "RULE_REFUSED",
      `${failed.length} of the ${results.length} examples of ${ruleSet.bundle} fail, the first in ${first?.ruleId}: “${first?.example}” should be a ${first?.wanted}. Mend the bundle (“rules test” shows all), and take it in again.`,
    );
  }
  return { ruleSet, examples: results.length };
}

function openLists(files: Files, listKeys: ReadonlyMap<string, Uint8Array>): ListSource {
  const open = ({ id, target, sha256, sensitive }: ListReference) => {
    const bytes = files.get(target);
    if (bytes === undefined || sha256Hex(bytes) !== sha256) {
      throw new PolicyError(
        "MISSING_LIST",
        `${target} is missing or another version than the rules name: take the bundle in again.`,
      );
    }
    const key = listKeys.get(id);
    if (sensitive && key === undefined) {
      throw new ConfigError("USAGE", `The list ${id} is sensitive: its examples need --list-key ${id}=FILE.`);
    }
    return openHostList(listFileOf(bytes), { key, sha256: nativeSha256 });
  };
  return {
    openList: open,
    openPublished: (id) => {
      throw new PolicyError("MISSING_LIST", `The rules name no list ${id}.`);
    },
  };
}
