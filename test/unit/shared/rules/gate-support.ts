import type { GateInput } from "@overt/shared/rules/gate.ts";
import type { Signal } from "@overt/shared/rules/signals.ts";

export const now = 1_750_000_000;
export const order = {
  notBefore: now - 1_000,
  notAfter: now + 1_000,
  timeZone: "Europe/London",
  offlineGraceSeconds: 3_600,
  clauses: [
    { clauseId: "c1", signals: ["title"] as Signal[], categories: ["one-kind"], maxEvidence: 0 },
    { clauseId: "c2", signals: ["navigation", "title"] as Signal[], categories: ["one-kind"], maxEvidence: 2 },
    { clauseId: "c3", signals: ["navigation"] as Signal[], categories: ["one-kind"], maxEvidence: 1 },
  ],
};
/** Every condition of the gate is met. */
export const passing: GateInput = {
  rule: { signals: ["navigation"], category: "one-kind", evidence: 2 },
  rulesExpire: now + 1,
  order,
  orderHash: "a".repeat(64),
  orderState: "in-force",
  confirmedUntil: now,
  acknowledgement: { outcome: "acknowledged", countersigned: true, orderHash: "a".repeat(64) },
  permitUntil: now + 1,
  account: { current: "alex", covered: "alex" },
  host: "www.example.com",
  isProtected: (host) => host === "solicitor.test",
  now,
  localTime: () => ({ day: 3, minute: 720 }),
};
