import { areRulesStale, findRulesInForce, swapRules } from "@overt/agent/core/rule-keeper.ts";
import type { VerifiedTargets } from "@overt/agent/core/verified-targets.ts";
import { PolicyError } from "@overt/shared/errors.ts";
import { describe, expect, test } from "vitest";

const day = 86_400;
const bundleName = "rules/main.json";

function targetsOf(version: number, names: readonly string[] = [bundleName]): VerifiedTargets {
  return {
    agency: "test-agency",
    practice: true,
    versions: { root: 1, timestamp: version, snapshot: version, targets: version },
    targetsSha256: String(version).padStart(64, "0"),
    verifiedAt: 0,
    expires: { timestamp: 0, snapshot: 0, targets: 0 },
    names,
    withheld: [],
    findBytes: () => undefined,
    findList: () => undefined,
    findDocument: () => undefined,
    findChecked: () => undefined,
  };
}

const compile = (targets: VerifiedTargets) => ({ rules: `rules ${targets.versions.targets}`, expires: 100 * day });
const refuse = () => {
  throw new PolicyError("UNKNOWN_RULE", "one bad rule");
};

describe("the rule keeper", () => {
  const first = swapRules({ bundleName, targets: targetsOf(1), active: undefined, compile });

  test("swaps a whole bundle, and compiles nothing twice", () => {
    expect(first).toMatchObject({ kind: "swapped", active: { rules: "rules 1", targetsVersion: 1 } });
    expect(swapRules({ bundleName, targets: targetsOf(1), active: first.active, compile: refuse })).toEqual({
      kind: "kept",
      active: first.active,
    });
    expect(swapRules({ bundleName, targets: targetsOf(2), active: first.active, compile })).toMatchObject({
      kind: "swapped",
      active: { rules: "rules 2" },
    });
  });

  test("one bad rule refuses the whole bundle, and the one before runs on", () => {
    const outcome = swapRules({ bundleName, targets: targetsOf(2), active: first.active, compile: refuse });
    expect(outcome).toEqual({ kind: "refused", code: "UNKNOWN_RULE", active: first.active });
    expect(swapRules({ bundleName, targets: targetsOf(2), active: undefined, compile: refuse }).active).toBeUndefined();
  });

  test("a fault of the program is not mistaken for a bad bundle", () => {
    const broken = () => {
      throw new TypeError("bug");
    };
    expect(() => swapRules({ bundleName, targets: targetsOf(2), active: first.active, compile: broken })).toThrow(
      TypeError,
    );
  });

  test("a bundle that the agency withdrew matches nothing more", () => {
    const outcome = swapRules({ bundleName, targets: targetsOf(2, []), active: first.active, compile });
    expect(outcome).toEqual({ kind: "withdrawn", active: undefined });
  });

  test("a bundle runs until its own end on trusted time, and then fails narrow", () => {
    expect(findRulesInForce(first.active, 100 * day - 1)).toMatchObject({ kind: "in-force", rules: "rules 1" });
    expect(findRulesInForce(first.active, 100 * day)).toEqual({ kind: "none", reason: "expired" });
    expect(findRulesInForce(undefined, 0)).toEqual({ kind: "none", reason: "never-fetched" });
  });

  test("thirty days without a refresh are coverage", () => {
    expect(areRulesStale(0, 30 * day - 1)).toBe(false);
    expect(areRulesStale(0, 30 * day)).toBe(true);
    expect(areRulesStale(undefined, 0)).toBe(true);
  });
});
