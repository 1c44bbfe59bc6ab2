import { type ErrorCode, OvertError } from "@overt/shared/errors.ts";
import { limits } from "@overt/shared/limits.ts";
import type { VerifiedTargets } from "./verified-targets.ts";

/** What the rule engine makes of one published bundle and its lists. Throws an OvertError where any part of it is wrong. */
export type CompileRules<C> = (targets: VerifiedTargets, bundleName: string) => CompiledRules<C>;

export interface CompiledRules<C> {
  readonly rules: C;
  /** Chosen by the bundle's signers, in Unix seconds; past it the bundle matches nothing. */
  readonly expires: number;
  /** True once something the rules read was found damaged: they are compiled anew when the agency's files are taken up next. */
  readonly isDamaged?: () => boolean;
}

/** A bundle in use, and the published version it came from. */
export interface ActiveRules<C> extends CompiledRules<C> {
  readonly bundleName: string;
  readonly targetsVersion: number;
  readonly targetsSha256: string;
}

export type SwapOutcome<C> =
  | { readonly kind: "swapped"; readonly active: ActiveRules<C> }
  /** The same published version: nothing was compiled again. */
  | { readonly kind: "kept"; readonly active: ActiveRules<C> }
  /** The agency publishes this bundle no longer: nothing of it may match. */
  | { readonly kind: "withdrawn"; readonly active: undefined }
  /** The new bundle is wrong as a whole; what ran before runs on. */
  | { readonly kind: "refused"; readonly code: ErrorCode; readonly active: ActiveRules<C> | undefined };

/**
 * All or nothing: one bad rule, one missing list, and the whole bundle is refused while the one before runs on. Partial
 * rule sets would match something that nobody signed.
 */
export function swapRules<C>(input: {
  readonly bundleName: string;
  readonly targets: VerifiedTargets;
  readonly active: ActiveRules<C> | undefined;
  readonly compile: CompileRules<C>;
}): SwapOutcome<C> {
  const { bundleName, targets, active } = input;
  const isSame = active?.targetsSha256 === targets.targetsSha256 && active.bundleName === bundleName;
  if (active !== undefined && isSame && active.isDamaged?.() !== true) return { kind: "kept", active };
  if (!targets.names.includes(bundleName)) return { kind: "withdrawn", active: undefined };
  try {
    const compiled = input.compile(targets, bundleName);
    return {
      kind: "swapped",
      active: {
        ...compiled,
        bundleName,
        targetsVersion: targets.versions.targets,
        targetsSha256: targets.targetsSha256,
      },
    };
  } catch (error) {
    if (!(error instanceof OvertError)) throw error;
    return { kind: "refused", code: error.code, active };
  }
}

export type RulesInForce<C> =
  | { readonly kind: "in-force"; readonly rules: C; readonly targetsVersion: number }
  /** Nothing is matched: the rules fail narrow. */
  | { readonly kind: "none"; readonly reason: "never-fetched" | "expired" };

/** The rules that may match at this trusted time. Their own `expires` decides; TUF's expiries end refreshing only. */
export function findRulesInForce<C>(active: ActiveRules<C> | undefined, trustedTime: number): RulesInForce<C> {
  if (!active) return { kind: "none", reason: "never-fetched" };
  if (trustedTime >= active.expires) return { kind: "none", reason: "expired" };
  return { kind: "in-force", rules: active.rules, targetsVersion: active.targetsVersion };
}

/** True where coverage must say `rules-stale`: no refresh for 30 days, or none ever. */
export function areRulesStale(lastRefresh: number | undefined, trustedTime: number): boolean {
  return lastRefresh === undefined || trustedTime - lastRefresh >= limits.rulesStaleSeconds;
}
