import type { AlertRule, AllowRule, RuleSet } from "./language.ts";
import type { AppMatcher } from "./matchers.ts";
import type { Observation } from "./observation.ts";
import { CodePoints } from "./unicode/code-points.ts";
import type { UnicodeTables } from "./unicode/tables.ts";

export type FactObservation = Extract<Observation, { signal: "app" | "device" | "system" }>;
type AppObservation = Extract<Observation, { signal: "app" }>;
export type FactMatch = { readonly kind: "app" | "device" | "indicator"; readonly text: string };

/** The rules on applications, devices and the system. */
export type Facts = {
  /** Those that speak of the signal. */
  of(signal: FactObservation["signal"]): readonly AlertRule[];
  /** What of the observation the rule matches; undefined where it does not. Allocates nothing then. */
  match(rule: AlertRule | AllowRule, seen: FactObservation): FactMatch | undefined;
};

type FoldedApp = { readonly executable: CodePoints | undefined; readonly bundleId: CodePoints | undefined };

export function buildFacts(rules: RuleSet["rules"], tables: UnicodeTables): Facts {
  const bySignal = { app: [] as AlertRule[], device: [] as AlertRule[], system: [] as AlertRule[] };
  const folded = new Map<AppMatcher, FoldedApp>();
  const foldName = (name: string | undefined) =>
    name === undefined ? undefined : fold(name, new CodePoints(), tables);
  for (const rule of rules) {
    if (rule.signal !== "app" && rule.signal !== "device" && rule.signal !== "system") continue;
    bySignal[rule.signal].push(rule);
    if (rule.signal !== "app") continue;
    for (const app of rule.apps) {
      folded.set(app, { executable: foldName(app.executable), bundleId: foldName(app.bundleId) });
    }
  }

  const executable = new CodePoints();
  const bundleId = new CodePoints();
  /** Every field that the rule gives; the names as they were folded last. */
  function agrees(app: AppMatcher, seen: AppObservation): boolean {
    const names = folded.get(app);
    return (
      (names?.executable === undefined || names.executable.equals(executable)) &&
      (names?.bundleId === undefined || (seen.bundleId !== undefined && names.bundleId.equals(bundleId))) &&
      (app.signer === undefined || app.signer === seen.signer) &&
      (app.sha256 === undefined || app.sha256 === seen.sha256)
    );
  }

  return {
    of: (signal) => bySignal[signal],
    match(rule, seen) {
      if (rule.signal === "app" && seen.signal === "app") {
        fold(seen.executable, executable, tables);
        fold(seen.bundleId ?? "", bundleId, tables);
        for (const app of rule.apps) {
          if (!agrees(app, seen)) continue;
          return { kind: "app", text: app.executable ?? app.bundleId ?? app.signer ?? seen.executable };
        }
        return undefined;
      }
      if (rule.signal === "device" && seen.signal === "device") {
        const { classes, registered } = rule.devices;
        const isMeant =
          classes.includes(seen.deviceClass) && (registered === undefined || registered === seen.registered);
        return isMeant ? { kind: "device", text: seen.deviceClass } : undefined;
      }
      if (rule.signal === "system" && seen.signal === "system") {
        return rule.indicators.includes(seen.indicator) ? { kind: "indicator", text: seen.indicator } : undefined;
      }
      return undefined;
    },
  };
}

/** By the pinned tables: the platform's own letter case is of another Unicode version. */
function fold(name: string, out: CodePoints, tables: UnicodeTables): CodePoints {
  out.clear();
  for (let at = 0; at < name.length; at++) {
    const code = name.codePointAt(at) as number;
    tables.fold(code, out);
    if (code > 0xffff) at++;
  }
  return out;
}
