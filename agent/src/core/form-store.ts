import type { Verified } from "@overt/shared/brand.ts";
import type { CompiledForm } from "@overt/shared/rules/compiled-form.ts";

/**
 * Keeps what was worked out from the published rule sets between two starts, so that a start need not work it out anew.
 * Nothing is lost with it: whoever finds nothing here compiles the signed rule set.
 */
export interface FormStore {
  /** What this very program kept for exactly these bytes, bit by bit; otherwise undefined. */
  find(bundleName: string, ruleSet: Verified<Uint8Array>): CompiledForm | undefined;
  /** Replaces what is kept for the bundle. What cannot be written is not kept. */
  keep(bundleName: string, ruleSet: Verified<Uint8Array>, form: CompiledForm): void;
  /** Drops what is kept for bundles that are published no longer. */
  retain(bundleNames: readonly string[]): void;
}

/** Keeps nothing. */
export const noForms: FormStore = Object.freeze({
  find: () => undefined,
  keep: () => undefined,
  retain: () => undefined,
});
