import { ceiling } from "@overt/shared/rules/ceiling.ts";
import { type GateInput, type GateReason, passGate } from "@overt/shared/rules/gate.ts";
import { localTime } from "@overt/shared/rules/hours.ts";
import { type Signal, signals } from "@overt/shared/rules/signals.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { now, order, passing } from "./gate-support.ts";

const acknowledgement = passing.acknowledgement as NonNullable<GateInput["acknowledgement"]>;
const withClauses = (...clauses: Record<string, unknown>[]) =>
  ({ order: { ...order, clauses: clauses.map((c) => ({ ...order.clauses[1], ...c })) } }) as Partial<GateInput>;

const dropped: readonly (readonly [string, Partial<GateInput>, GateReason])[] = [
  ["no order", { order: undefined }, "order-missing"],
  ["the order has not begun", { now: order.notBefore - 1 }, "order-not-started"],
  ["the order has ended", { now: order.notAfter, permitUntil: now + 5_000, rulesExpire: now + 5_000 }, "order-ended"],
  ["the order is revoked", { orderState: "revoked" }, "order-revoked"],
  ["no acknowledgement", { acknowledgement: undefined }, "not-acknowledged"],
  ["a decline", { acknowledgement: { ...acknowledgement, outcome: "declined" } }, "not-acknowledged"],
  ["no countersignature", { acknowledgement: { ...acknowledgement, countersigned: false } }, "not-countersigned"],
  ["another order acknowledged", { orderHash: "b".repeat(64) }, "acknowledgement-stale"],
  ["no permit", { permitUntil: undefined }, "notice-not-live"],
  ["the permit is over", { permitUntil: now }, "notice-not-live"],
  ["another account", { account: { current: "sam", covered: "alex" } }, "account-not-covered"],
  ["the rule set is over", { rulesExpire: now }, "rules-expired"],
  ["a protected host", { host: "solicitor.test" }, "protected-host"],
  ["a signal above the ceiling", { rule: { ...passing.rule, signals: ["image"] } }, "above-ceiling"],
  [
    "one of two signals above the ceiling",
    { rule: { ...passing.rule, signals: ["navigation", "history"] } },
    "above-ceiling",
  ],
  ["no signal at all", { rule: { ...passing.rule, signals: [] } }, "above-ceiling"],
  ["no clause for the signal", { rule: { ...passing.rule, signals: ["app"] } }, "no-clause"],
  [
    "a clause for one of two signals only",
    { rule: { ...passing.rule, signals: ["navigation", "search"] } },
    "no-clause",
  ],
  ["no clause for the category", { rule: { ...passing.rule, category: "two-kind" } }, "no-clause"],
  [
    "messages without an authority of their own",
    { ...withClauses({ signals: ["messages"] }), rule: { ...passing.rule, signals: ["messages"] } },
    "no-clause",
  ],
  ["outside the clause's hours", withClauses({ hours: [{ days: [3], from: "12:01", to: "13:00" }] }), "outside-hours"],
  [
    "page text with the order unconfirmed",
    {
      ...withClauses({ signals: ["page-text"] }),
      rule: { ...passing.rule, signals: ["page-text"] },
      confirmedUntil: now - order.offlineGraceSeconds - 1,
    },
    "order-unconfirmed",
  ],
  [
    "messages with the order unconfirmed",
    {
      ...withClauses({ signals: ["messages"], authorityRef: "warrant-1" }),
      rule: { ...passing.rule, signals: ["messages"] },
      confirmedUntil: now - order.offlineGraceSeconds - 1,
    },
    "order-unconfirmed",
  ],
  [
    "page text beside another signal with the order unconfirmed",
    {
      ...withClauses({ signals: ["page-text", "navigation"] }),
      rule: { ...passing.rule, signals: ["navigation", "page-text"] },
      confirmedUntil: now - order.offlineGraceSeconds - 1,
    },
    "order-unconfirmed",
  ],
];

describe("the gate", () => {
  test("lets through what the first allowing clause allows", () => {
    expect(passGate(passing)).toEqual({ pass: true, clauseId: "c2", maxEvidence: 2, orderUnconfirmed: false });
  });

  test("an order is in force from its first second on", () => {
    expect(passGate({ ...passing, now: order.notBefore }).pass).toBe(true);
  });

  test("what happened on no host is on no protected host", () => {
    const clauses = withClauses({ signals: ["app"] });
    const rule = { ...passing.rule, signals: ["app"] as Signal[] };
    expect(passGate({ ...passing, ...clauses, rule, host: undefined, isProtected: () => true }).pass).toBe(true);
  });

  test.each(dropped)("%s: nothing passes", (_, change, reason) => {
    expect(passGate({ ...passing, ...change })).toEqual({ pass: false, reason });
  });

  test("with any of its conditions dropped nothing passes, whatever else is true", () => {
    fc.assert(
      fc.property(fc.subarray([...dropped], { minLength: 1 }), (changes) => {
        expect(passGate(Object.assign({}, passing, ...changes.map(([, change]) => change))).pass).toBe(false);
      }),
    );
  });

  test("the order of clauses decides which clause is named, and hours skip one that does not apply now", () => {
    const hours = [{ days: [1], from: "00:00", to: "23:59" }];
    const verdict = passGate({ ...passing, ...withClauses({ clauseId: "x", hours }, { clauseId: "y" }) });
    expect(verdict).toMatchObject({ pass: true, clauseId: "y" });
  });

  test("evidence is the least that rule, clause and ceiling allow", () => {
    const level = fc.constantFrom(0, 1, 2);
    fc.assert(
      fc.property(level, level, fc.constantFrom<Signal>("navigation", "app", "system"), (asked, allowed, signal) => {
        const clauses = withClauses({ signals: [signal], maxEvidence: allowed });
        const verdict = passGate({
          ...passing,
          ...clauses,
          rule: { ...passing.rule, signals: [signal], evidence: asked },
        });
        expect(verdict).toMatchObject({ pass: true, maxEvidence: Math.min(asked, allowed, ceiling[signal] ?? 0) });
      }),
    );
  });

  test("past the offline grace evidence stops and the verdict says so", () => {
    const confirmedUntil = now - order.offlineGraceSeconds;
    expect(passGate({ ...passing, confirmedUntil })).toMatchObject({ maxEvidence: 2, orderUnconfirmed: false });
    expect(passGate({ ...passing, confirmedUntil: confirmedUntil - 1 })).toEqual({
      pass: true,
      clauseId: "c2",
      maxEvidence: 0,
      orderUnconfirmed: true,
    });
  });

  test("messages pass with an authority of their own", () => {
    const clauses = withClauses({ signals: ["messages"], authorityRef: "warrant-1" });
    expect(passGate({ ...passing, ...clauses, rule: { ...passing.rule, signals: ["messages"] } }).pass).toBe(true);
  });

  test("image, history and examination are beyond this program", () => {
    const beyond = signals.filter((signal) => ceiling[signal] === undefined);
    expect(beyond).toEqual(["image", "history", "examination"]);
  });

  test("local time follows the order's own time zone, summer time included", () => {
    expect(localTime("Europe/London", Date.UTC(2026, 6, 1, 23, 30) / 1000)).toEqual({ day: 4, minute: 30 });
    expect(localTime("America/New_York", Date.UTC(2026, 0, 5, 3, 5) / 1000)).toEqual({ day: 7, minute: 22 * 60 + 5 });
  });
});
