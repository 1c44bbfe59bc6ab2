import { PolicyError, VerificationError } from "@overt/shared/errors.ts";
import { limits } from "@overt/shared/limits.ts";
import type { Order } from "@overt/shared/protocol/order.ts";
import { compileRules } from "@overt/shared/rules/compile.ts";
import { RuleSet } from "@overt/shared/rules/language.ts";
import type { ListSource } from "@overt/shared/rules/lists.ts";
import type { RuleEngine } from "@overt/shared/rules/match.ts";
import { buildProtectedHosts } from "@overt/shared/rules/protected-hosts.ts";
import { type ActiveRules, areRulesStale, type CompiledRules, findRulesInForce, swapRules } from "./rule-keeper.ts";
import type { VerifiedTargets } from "./verified-targets.ts";

/** Opens the binary lists that a published version carries. */
export type OpenLists = (targets: VerifiedTargets) => ListSource;

/** The published rule bundles as they run on this device. */
export interface RuleBooks {
  /** Takes a published version up; a bundle that is wrong is refused whole and its forerunner runs on. */
  take(targets: VerifiedTargets): void;
  /** Those that have not expired at this trusted time. */
  inForce(now: number): readonly RuleEngine[];
  condition(now: number, lastRefresh: number | undefined): "in-force" | "stale" | "expired" | "none";
  /** Hosts that no rule ever speaks of: the order's own and its lists'. Everything is, while one of its lists is missing. */
  isProtected(orders: readonly Order[], host: string): boolean;
}

const bundleName = /^rules\/[a-z0-9][a-z0-9-]{0,63}\.json$/;

export function openRuleBooks(openLists: OpenLists): RuleBooks {
  let active: readonly ActiveRules<RuleEngine>[] = [];
  let lists: ListSource | undefined;
  const protectors = new Map<Order, (host: string) => boolean>();

  const compile = (targets: VerifiedTargets, name: string): CompiledRules<RuleEngine> => {
    const rules = targets.findDocument(name, RuleSet, limits.payload.ruleSet);
    if (rules === undefined) throw new VerificationError("BAD_SCHEMA", "A published rule set is missing.");
    return { rules: compileRules(rules, openLists(targets)), expires: rules.expires };
  };
  const protector = (order: Order): ((host: string) => boolean) => {
    const known = protectors.get(order);
    if (known !== undefined) return known;
    const made = findProtector(order, lists);
    protectors.set(order, made);
    return made;
  };

  return {
    take(targets) {
      const names = targets.names.filter((name) => bundleName.test(name));
      active = names.flatMap((name) => {
        const running = active.find((one) => one.bundleName === name);
        return swapRules({ bundleName: name, targets, active: running, compile }).active ?? [];
      });
      lists = openLists(targets);
      protectors.clear();
    },
    inForce: (now) =>
      active.flatMap((one) => {
        const found = findRulesInForce(one, now);
        return found.kind === "in-force" ? [found.rules] : [];
      }),
    condition(now, lastRefresh) {
      if (active.length === 0) return "none";
      if (active.every((one) => now >= one.expires)) return "expired";
      return areRulesStale(lastRefresh, now) ? "stale" : "in-force";
    },
    isProtected: (orders, host) => orders.some((order) => protector(order)(host)),
  };
}

function findProtector(order: Order, lists: ListSource | undefined): (host: string) => boolean {
  const { hosts, lists: names } = order.protectedHosts;
  try {
    const covers = names.map((id) => {
      if (lists === undefined) throw new PolicyError("MISSING_LIST", "No list was published yet.");
      return lists.openList({ id, target: `lists/${id}.bin`, sha256: "", entries: 0, sensitive: false });
    });
    return buildProtectedHosts(hosts, covers);
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    // A protected place that cannot be told from others: rather nothing is seen than that.
    return () => true;
  }
}
