import { parseHex } from "@overt/shared/bytes.ts";
import { OvertError, PolicyError, VerificationError } from "@overt/shared/errors.ts";
import { limits } from "@overt/shared/limits.ts";
import type { Order } from "@overt/shared/protocol/order.ts";
import { compileRules, openRules } from "@overt/shared/rules/compile.ts";
import { RuleSet } from "@overt/shared/rules/language.ts";
import type { ListSource } from "@overt/shared/rules/lists.ts";
import type { RuleEngine } from "@overt/shared/rules/match.ts";
import { buildProtectedHosts } from "@overt/shared/rules/protected-hosts.ts";
import type { RulesCondition } from "./coverage.ts";
import { type FormStore, noForms } from "./form-store.ts";
import { type ActiveRules, areRulesStale, type CompiledRules, findRulesInForce, swapRules } from "./rule-keeper.ts";
import type { VerifiedTargets } from "./verified-targets.ts";

/** Opens the binary lists that a published version carries; `findKey` gives the key of a sensitive list, by its id. */
export type OpenLists = (targets: VerifiedTargets, findKey: (id: string) => Uint8Array | undefined) => OpenedLists;
export type OpenedLists = ListSource & {
  /** True once a list was found not to be as it was signed, or could not be read. */
  isDamaged(): boolean;
};

/** The published rule bundles as they run on this device. */
export interface RuleBooks {
  /** Takes a published version up; a bundle that is wrong is refused whole and its forerunner runs on. */
  take(targets: VerifiedTargets): void;
  /** Those that have not expired at this trusted time. */
  inForce(now: number): readonly RuleEngine[];
  condition(now: number, lastRefresh: number | undefined): RulesCondition;
  /** Hosts that no rule ever speaks of: the order's own and its lists'. Everything is, while one of its lists is missing. */
  isProtected(orders: readonly Order[], host: string): boolean;
}

const bundleName = /^rules\/[a-z0-9][a-z0-9-]{0,63}\.json$/;

/** `listKeys` are those of the order in force, as they are when a list is opened. */
export function openRuleBooks(
  openLists: OpenLists,
  listKeys: () => Order["listKeys"] = () => undefined,
  forms: FormStore = noForms,
): RuleBooks {
  let active: readonly ActiveRules<RuleEngine>[] = [];
  let lists: OpenedLists | undefined;
  const protectors = new Map<Order, (host: string) => boolean>();

  const findKey = (id: string) => {
    const found = listKeys()?.find(({ list }) => list === id);
    return found && parseHex(found.key);
  };
  const compile = (targets: VerifiedTargets, name: string): CompiledRules<RuleEngine> => {
    const source = openLists(targets, findKey);
    const rules = openKept(forms, targets, name, source) ?? compileAnew(forms, targets, name, source);
    return { rules, expires: rules.ruleSet.expires, isDamaged: source.isDamaged };
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
      lists = openLists(targets, findKey);
      protectors.clear();
      forms.retain(names);
    },
    inForce: (now) =>
      active.flatMap((one) => {
        const found = findRulesInForce(one, now);
        return found.kind === "in-force" ? [found.rules] : [];
      }),
    condition(now, lastRefresh) {
      if (active.length === 0) return "none";
      if (active.every((one) => now >= one.expires)) return "expired";
      if (lists?.isDamaged() === true || active.some((one) => one.isDamaged?.() === true)) return "damaged";
      return areRulesStale(lastRefresh, now) ? "stale" : "in-force";
    },
    isProtected: (orders, host) => orders.some((order) => protector(order)(host)),
  };
}

/**
 * The rules by what was kept of them. Only the signed rule set says what they are: the form says where to look in it. What
 * cannot be opened is compiled anew, which says what is wrong where it is not the form.
 */
function openKept(forms: FormStore, targets: VerifiedTargets, name: string, lists: ListSource): RuleEngine | undefined {
  try {
    const bytes = targets.findBytes(name);
    const form = bytes && forms.find(name, bytes);
    const rules = form && targets.findChecked<RuleSet>(name);
    return rules && openRules(rules, lists, form);
  } catch {
    return undefined;
  }
}

function compileAnew(forms: FormStore, targets: VerifiedTargets, name: string, lists: ListSource): RuleEngine {
  const rules = targets.findDocument(name, RuleSet, limits.payload.ruleSet);
  if (rules === undefined) throw new VerificationError("BAD_SCHEMA", "A published rule set is missing.");
  const engine = compileRules(rules, lists);
  const bytes = targets.findBytes(name);
  if (bytes !== undefined) forms.keep(name, bytes, engine.parts.form);
  return engine;
}

function findProtector(order: Order, lists: ListSource | undefined): (host: string) => boolean {
  const { hosts, lists: names } = order.protectedHosts;
  try {
    const covers = names.map((id) => {
      if (lists === undefined) throw new PolicyError("MISSING_LIST", "No list was published yet.");
      return lists.openPublished(id);
    });
    const isProtected = buildProtectedHosts(hosts, covers);
    return (host) => orProtected(() => isProtected(host));
  } catch (error) {
    if (!(error instanceof OvertError)) throw error;
    return () => true;
  }
}

/** Where protected places cannot be told from others, for their list is damaged, rather nothing is seen than one of them. */
function orProtected(ask: () => boolean): boolean {
  try {
    return ask();
  } catch (error) {
    if (!(error instanceof OvertError)) throw error;
    return true;
  }
}
