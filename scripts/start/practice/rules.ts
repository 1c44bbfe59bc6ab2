import { RuleSet } from "@overt/shared/rules/language.ts";
import { unicodeVersion } from "@overt/shared/rules/unicode.ts";
import { practiceHosts } from "../practice-site.ts";

/** Where they are published. */
export const practiceRulesTarget = "rules/practice.json";

/** Harmless rules over places that exist on this machine only. */
export function practiceRules(version: number, now: number): RuleSet {
  return RuleSet.parse({
    v: 1,
    bundle: "practice",
    version,
    issuedAt: now,
    expires: now + 180 * 86_400,
    unicode: unicodeVersion,
    rules: [
      {
        ruleId: "practice-chat-site",
        revision: 1,
        action: "alert",
        signal: "navigation",
        category: "chat",
        severity: "high",
        evidence: 2,
        mode: "live",
        cooldownSeconds: 0,
        budgetPerDay: 50,
        reason: "The practice order says not to visit chat sites. Lantern Chat is a fictitious one.",
        knownFailures: "A visit by someone else who uses the same account looks the same.",
        hosts: { names: [practiceHosts.listed], lists: [] },
        examples: {
          match: [{ url: `http://${practiceHosts.listed}/` }],
          noMatch: [{ url: `http://${practiceHosts.shop}/` }],
        },
      },
      {
        ruleId: "practice-search-phrase",
        revision: 1,
        action: "alert",
        signal: "search",
        category: "chat",
        severity: "normal",
        evidence: 1,
        mode: "live",
        cooldownSeconds: 60,
        budgetPerDay: 20,
        reason: "A search for the meeting place that the practice order names.",
        knownFailures: "A news story about lanterns could use the same words; the word “repair” clears it.",
        terms: { any: [{ text: "purple lantern" }], unless: [{ text: "repair" }] },
        examples: {
          match: [{ text: "purple lantern meeting" }],
          noMatch: [{ text: "lantern" }, { text: "purple lantern repair" }],
        },
      },
      {
        ruleId: "practice-title-phrase",
        revision: 1,
        action: "alert",
        signal: "title",
        category: "chat",
        severity: "low",
        evidence: 2,
        mode: "live",
        cooldownSeconds: 60,
        budgetPerDay: 20,
        reason: "A page whose title names the meeting place of the practice case.",
        knownFailures: "A page that writes about the place looks the same as a page of the place.",
        terms: { any: [{ text: "purple lantern" }], unless: [{ text: "repair" }] },
        examples: {
          match: [{ text: "Purple Lantern: next meeting" }],
          noMatch: [{ text: "Lantern" }, { text: "Purple lantern repair" }],
        },
      },
    ],
    behaviours: [],
    lists: [],
    engines: [{ id: "practice-search", names: [], hosts: [practiceHosts.search], paths: [], parameters: ["q"] }],
    wrappers: [],
  });
}
