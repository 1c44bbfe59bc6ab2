import type { Rule } from "../language.ts";
import { compilePath } from "../paths.ts";
import { findLookAlikes, type LookAlike } from "./look-alikes.ts";

/** Where a host may be named: by rules, in the lists they name, or among the protected ones. */
export type Listings = {
  readonly rules: readonly Rule[];
  /** Hosts of the lists that are at hand, by list. */
  readonly lists?: ReadonlyMap<string, Iterable<string>> | undefined;
  readonly protectedHosts?: readonly string[] | undefined;
};

export type ListedLookAlike = LookAlike & {
  /** Rules that name the other host, themselves, in a path or by a list. */
  readonly rules: readonly string[];
  readonly isProtected: boolean;
};

/** The listed hosts that `host` looks like and is not, by name. */
export function findListedLookAlikes(host: string, { rules, lists, protectedHosts }: Listings): ListedLookAlike[] {
  const found = new Map<string, ListedLookAlike>();
  const add = (one: LookAlike, ruleIds: readonly string[], isProtected: boolean) => {
    const known = found.get(one.name);
    found.set(one.name, {
      ...one,
      rules: [...new Set([...(known?.rules ?? []), ...ruleIds])],
      isProtected: isProtected || known?.isProtected === true,
    });
  };
  for (const one of findLookAlikes(host, protectedHosts ?? [])) add(one, [], true);
  for (const rule of rules) for (const one of findLookAlikes(host, listNames(rule))) add(one, [rule.ruleId], false);
  for (const [id, names] of lists ?? []) {
    const users = rules.filter((rule) => "hosts" in rule && rule.hosts?.lists.includes(id)).map((rule) => rule.ruleId);
    if (users.length > 0) for (const one of findLookAlikes(host, names)) add(one, users, false);
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The hosts that a rule means, as it writes them. */
export function listNames(rule: Rule): readonly string[] {
  const names = "hosts" in rule ? (rule.hosts?.names ?? []) : [];
  const paths = "paths" in rule ? (rule.paths ?? []) : [];
  return [...names, ...paths.map((path) => compilePath(path).host).filter((host) => host !== "")];
}
