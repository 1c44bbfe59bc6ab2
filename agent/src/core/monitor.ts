import { StoreError } from "@overt/shared/errors.ts";
import type { SeenInClear } from "@overt/shared/protocol/build-event.ts";
import type { GateReason } from "@overt/shared/rules/gate.ts";
import { localTime } from "@overt/shared/rules/hours.ts";
import { contextAround, maskTerm } from "@overt/shared/rules/masking.ts";
import type { Match, RuleEngine } from "@overt/shared/rules/match.ts";
import type { Observation } from "@overt/shared/rules/observation.ts";
import { emptySuppression, Suppression, stepSuppression, takeSuppressed } from "@overt/shared/rules/suppress.ts";
import type { CapturePermit } from "../notice/ports.ts";
import type { Chain } from "./chain.ts";
import {
  afterHeartbeat,
  Counters,
  type CountName,
  countOne,
  countProtected,
  countShadow,
  noCounts,
} from "./counters.ts";
import { askGate, findStandingObstacle, type GateFacts } from "./gate-input.ts";
import type { Journal } from "./journal.ts";

/** What became of one observation; `seen` means that the host passed the gate, not that a rule matched. */
export type Observed =
  | { readonly kind: "seen"; readonly events: number }
  | { readonly kind: "dropped"; readonly reason: GateReason };

export interface Monitor {
  /** Takes one observation of a sensor that holds a permit. Nothing of it is kept but counts and what a rule matched. */
  observe(observation: Observation, permit: CapturePermit | undefined): Observed;
  /** Writes a heartbeat of what was counted since the last. */
  writeHeartbeat(): void;
  counters(): Counters;
  /** True since the journal last refused a record. */
  journalFull(): boolean;
}

export interface MonitorDeps {
  readonly chain: Chain;
  readonly journal: Journal;
  /** The rule sets in force now. */
  readonly engines: () => readonly RuleEngine[];
  readonly gate: (permit: CapturePermit | undefined) => GateFacts;
}

export function buildMonitor(deps: MonitorDeps): Monitor {
  const { chain, journal } = deps;
  let counters = readState(journal, "counters", Counters, noCounts);
  let suppression = readState(journal, "suppression", Suppression, emptySuppression);
  let full = false;

  const count = (name: CountName) => {
    counters = countOne(counters, name);
  };
  const drop = (reason: GateReason): Observed => {
    count("droppedByGate");
    return { kind: "dropped", reason };
  };

  function emit(match: Match, observation: Observation, facts: GateFacts, engine: RuleEngine): number {
    const { rule } = match;
    const gate = { signals: [match.signal], category: rule.category, evidence: rule.evidence };
    const verdict = askGate({ ...facts, rulesExpire: engine.ruleSet.expires }, gate, match.host);
    if (!verdict.pass) {
      count("droppedByGate");
      return 0;
    }
    count("matched");
    if (rule.mode === "shadow") {
      counters = countShadow(counters, rule.ruleId);
      return 0;
    }
    if (rule.action !== "alert") return 0;
    const step = stepSuppression(suppression, rule, facts.now, localDay(facts));
    suppression = step.state;
    if (!step.emit) {
      count("suppressed");
      journal.writeState({ suppression, counters });
      return 0;
    }
    const written = chain.writeMatch(
      {
        ruleId: rule.ruleId,
        ruleRevision: rule.revision,
        ruleSetVersion: engine.ruleSet.version,
        clauseId: verdict.clauseId,
        category: rule.category,
        severity: rule.severity,
        channel: observation.channel,
        cause: observation.cause,
        count: Math.min(step.count, 100_000),
        windowSeconds: Math.min(step.windowSeconds, 31 * 86_400),
        orderUnconfirmed: verdict.orderUnconfirmed,
      },
      seenInClear(match, observation, verdict.maxEvidence),
      { suppression, counters },
    );
    full = written === undefined;
    return written === undefined ? 0 : 1;
  }

  return {
    observe(observation, permit) {
      const facts = deps.gate(permit);
      const obstacle = findStandingObstacle(facts);
      if (obstacle !== undefined) return drop(obstacle);
      const host = "destination" in observation ? observation.destination?.host : undefined;
      if (host !== undefined && facts.isProtected(host)) {
        counters = countProtected(counters);
        return { kind: "dropped", reason: "protected-host" };
      }
      count("observed");
      const local = localTime(facts.orders.acknowledged.value.timeZone, facts.now);
      try {
        let events = 0;
        for (const engine of deps.engines()) {
          for (const match of engine.match(observation, local)) events += emit(match, observation, facts, engine);
        }
        return { kind: "seen", events };
      } catch (error) {
        // A full disk is no reason to stop running: it shows as coverage.
        if (!(error instanceof StoreError)) throw error;
        full = true;
        return { kind: "seen", events: 0 };
      }
    },
    writeHeartbeat() {
      const taken = takeSuppressed(suppression);
      const shadows = new Map(counters.shadow.map((one) => [one.ruleId, one.shadow]));
      const held = new Map(taken.counts.map((one) => [one.ruleId, one.suppressed]));
      const ruleIds = [...new Set([...shadows.keys(), ...held.keys()])].slice(0, 1_000);
      const rules = ruleIds.map((ruleId) => ({
        ruleId,
        suppressed: held.get(ruleId) ?? 0,
        shadow: shadows.get(ruleId) ?? 0,
      }));
      const totals = counters.sinceHeartbeat;
      const next = { suppression: taken.state, counters: afterHeartbeat(counters) };
      const written = chain.writeHealth({ kind: "heartbeat", totals, rules }, next);
      full = written === undefined;
      suppression = next.suppression;
      counters = next.counters;
    },
    counters: () => counters,
    journalFull: () => full,
  };
}

function localDay({ orders, now }: GateFacts): number {
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone: orders.acknowledged.value.timeZone }).format(now * 1_000);
  return Math.floor(Date.parse(parts) / 86_400_000);
}

function seenInClear(match: Match, observation: Observation, maxLevel: 0 | 1 | 2): SeenInClear {
  const { matched, subject } = match;
  const destination = "destination" in observation ? observation.destination : undefined;
  return {
    maxLevel,
    host: match.host ?? "",
    maskedTerm: maskTerm(matched.text),
    url: destination?.url ?? "",
    title: titleOf(observation),
    context: matched.kind === "terms" ? contextAround(subject, matched.start, matched.end, 5) : "",
  };
}

function titleOf(observation: Observation): string {
  if (observation.signal === "title") return observation.text;
  return observation.signal === "navigation" ? (observation.title ?? "") : "";
}

function readState<T>(
  journal: Journal,
  key: string,
  schema: { safeParse: (value: unknown) => { success: true; data: T } | { success: false } },
  otherwise: T,
): T {
  const read = schema.safeParse(journal.readState(key));
  return read.success ? read.data : otherwise;
}
