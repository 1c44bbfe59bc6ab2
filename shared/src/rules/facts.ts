import type { AlertRule, AllowRule } from "./language.ts";
import type { Observation } from "./observation.ts";

/** What of an application, device or system observation a rule matches; undefined where it does not. */
export function matchFacts(
  rule: AlertRule | AllowRule,
  seen: Observation,
): { readonly kind: "app" | "device" | "indicator"; readonly text: string } | undefined {
  if (rule.signal === "app" && seen.signal === "app") {
    const app = rule.apps.find(
      (one) =>
        (one.executable === undefined || one.executable.toLowerCase() === seen.executable.toLowerCase()) &&
        (one.bundleId === undefined || one.bundleId.toLowerCase() === seen.bundleId?.toLowerCase()) &&
        (one.signer === undefined || one.signer === seen.signer) &&
        (one.sha256 === undefined || one.sha256 === seen.sha256),
    );
    return app && { kind: "app", text: app.executable ?? app.bundleId ?? app.signer ?? seen.executable };
  }
  if (rule.signal === "device" && seen.signal === "device") {
    const { classes, registered } = rule.devices;
    const agrees = classes.includes(seen.deviceClass) && (registered === undefined || registered === seen.registered);
    return agrees ? { kind: "device", text: seen.deviceClass } : undefined;
  }
  if (rule.signal === "system" && seen.signal === "system") {
    return rule.indicators.includes(seen.indicator) ? { kind: "indicator", text: seen.indicator } : undefined;
  }
  return undefined;
}
