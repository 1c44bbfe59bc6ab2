import { hash } from "node:crypto";
import { brandVerified } from "@overt/shared/brand.ts";
import { parseCanonical } from "@overt/shared/crypto/canonical.ts";
import { PolicyError } from "@overt/shared/errors.ts";
import { limits } from "@overt/shared/limits.ts";
import { compileRules } from "@overt/shared/rules/compile.ts";
import { RuleSet } from "@overt/shared/rules/language.ts";
import { openHostList } from "@overt/shared/rules/lists/host-list.ts";
import { listFileOf } from "@overt/shared/rules/lists/list-file.ts";
import type { ListSource } from "@overt/shared/rules/lists.ts";
import type { RuleEngine } from "@overt/shared/rules/match.ts";
import type { CompiledBundle } from "./compile.ts";

/**
 * The engine as a device has it: over the published bytes and the binary lists, not over what the author wrote. `keys` are
 * those of sensitive lists. Throws where a device would refuse the bundle.
 */
export function openCompiled(
  { ruleSet, targets }: CompiledBundle,
  keys: ReadonlyMap<string, Uint8Array> = new Map(),
): RuleEngine {
  const bytes = requireTarget(targets, `rules/${ruleSet.bundle}.json`);
  const read = RuleSet.parse(parseCanonical(bytes, { maxBytes: limits.payload.ruleSet }));
  const open = (id: string) =>
    openHostList(listFileOf(requireTarget(targets, `lists/${id}.bin`)), {
      key: keys.get(id),
      sha256: (part) => hash("sha256", part, "buffer"),
    });
  const lists: ListSource = { openList: ({ id }) => open(id), openPublished: open };
  return compileRules(brandVerified(read), lists);
}

function requireTarget(targets: ReadonlyMap<string, Uint8Array>, name: string): Uint8Array {
  const bytes = targets.get(name);
  if (bytes === undefined) throw new PolicyError("MISSING_LIST", `The compiled bundle has no ${name}.`);
  return bytes;
}
