import { findListedLookAlikes, listNames } from "@overt/shared/rules/look-alikes/listed.ts";
import { spellHost } from "@overt/shared/rules/look-alikes/look-alikes.ts";
import type { Bundle } from "./bundle/bundle.ts";
import type { Problems } from "./source/problems.ts";

/**
 * Says of each `xn--` host that a rule names which other host of the bundle, or protected one, it may be taken for: meant
 * or pasted by mistake, nobody who reads the rule or its alerts can tell the two apart.
 */
export function adviseLookAlikes(bundle: Bundle, protectedHosts: readonly string[], problems: Problems): void {
  for (const rule of bundle.rules) {
    const place = bundle.places.get(rule.ruleId);
    if (place === undefined) continue;
    const foreign = listNames(rule).filter((name) => name.split(".").some((label) => label.startsWith("xn--")));
    for (const host of new Set(foreign)) {
      for (const one of findListedLookAlikes(host, { rules: bundle.rules, lists: bundle.lists, protectedHosts })) {
        const whose = one.isProtected ? "which is protected" : `which ${one.rules.join(", ")} means`;
        problems.advise(
          place,
          `"${host}" (${spellHost(host)}) looks like ${one.name}, ${whose}: they are two hosts, and no reader sees which one is meant`,
          "say in the reason that the look-alike is meant, or name the other host",
        );
      }
    }
  }
}
