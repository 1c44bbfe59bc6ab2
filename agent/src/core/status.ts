import type { GateReason } from "@overt/shared/rules/gate.ts";
import type { AgentStatus, StatusReason } from "../notice/ports.ts";
import type { Conditions } from "./coverage.ts";
import type { EnrolmentState } from "./enrolment-state.ts";
import type { LifeState } from "./life.ts";

/** What the status of a device at work is made of. */
export interface StatusFacts {
  readonly life: LifeState;
  readonly obstacle: GateReason | undefined;
  readonly conditions: Conditions;
  readonly serverAway: boolean;
  readonly stuck: boolean;
  readonly badgePinned: boolean;
}

type Verdict = Pick<AgentStatus, "state" | "reasons">;

const reasonOfObstacle: Partial<Record<GateReason, StatusReason>> = {
  "order-not-started": "order-not-started",
  "order-ended": "order-ended",
  "order-revoked": "order-revoked",
  "notice-not-live": "notice-not-live",
  "account-not-covered": "account-not-covered",
  "rules-expired": "rules-expired",
};

/** State and reasons for the person, most important first. Nothing is "on" while the gate lets nothing through. */
export function judgeStatus(facts: StatusFacts): Verdict {
  const { life, obstacle, conditions } = facts;
  if (life.kind === "ended") return { state: "ended", reasons: [life.reason] };
  const reasons: StatusReason[] = [];
  const add = (reason: StatusReason, when: boolean) => {
    if (when && !reasons.includes(reason)) reasons.push(reason);
  };
  const blocking = obstacle && reasonOfObstacle[obstacle];
  if (life.kind === "ended-unconfirmed") return { state: "paused", reasons: ["order-ended"] };
  if (life.kind === "not-me") return { state: "paused", reasons: ["not-me"] };
  if (blocking !== undefined) add(blocking, true);
  add("outside-hours", !conditions.withinHours);
  const stopped = reasons.length > 0 || obstacle !== undefined;
  add("extension-missing", !conditions.extensionConnected);
  add("extension-not-pinned", conditions.extensionConnected && !facts.badgePinned);
  add("order-unconfirmed", conditions.orderUnconfirmed);
  add("rules-stale", conditions.rules === "stale");
  add("rules-damaged", conditions.rules === "damaged");
  add("journal-full", conditions.journalFull);
  add("server-away", facts.serverAway || facts.stuck);
  if (!conditions.withinHours) return { state: "paused", reasons };
  if (!conditions.extensionConnected && obstacle === undefined) return { state: "starting", reasons };
  return { state: stopped || facts.stuck || conditions.journalFull ? "problem" : "on", reasons };
}

/** The status of a device that is not at work. */
export function judgeIdle(state: EnrolmentState | undefined): Verdict {
  switch (state?.step) {
    case "read":
    case "exchange":
      return {
        state: "enrolling",
        reasons: state.step === "exchange" && state.answer.outcome === "declined" ? ["declined"] : [],
      };
    case "done":
      return state.outcome === "declined"
        ? { state: "ended", reasons: ["declined"] }
        : { state: "starting", reasons: [] };
    case "ended":
      return { state: "ended", reasons: [state.reason === "stopped-by-person" ? "removed" : state.reason] };
    default:
      return { state: "not-enrolled", reasons: [] };
  }
}
