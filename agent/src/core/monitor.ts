import { StoreError } from "@overt/shared/errors.ts";
import type { SeenInClear } from "@overt/shared/protocol/build-event.ts";
import type { Satisfied } from "@overt/shared/rules/behaviour/condition.ts";
import { readFed } from "@overt/shared/rules/behaviour/fed.ts";
import type { GateInput, GateReason, GateVerdict } from "@overt/shared/rules/gate.ts";
import { isWithinHours, localTime } from "@overt/shared/rules/hours.ts";
import type { AlertingRule } from "@overt/shared/rules/language.ts";
import { contextAround, maskTerm } from "@overt/shared/rules/masking.ts";
import type { Match, RuleEngine } from "@overt/shared/rules/match.ts";
import type { LocalTime, Observation } from "@overt/shared/rules/observation.ts";
import type { CapturePermit } from "../notice/ports.ts";
import type { Chain } from "./chain.ts";
import type { Counters } from "./counters.ts";
import { askGate, findStandingObstacle, type GateFacts } from "./gate-input.ts";
import type { Journal } from "./journal.ts";
import { openTallies } from "./tallies.ts";

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

/** One observation as one engine takes it. */
type Seen = {
  readonly observation: Observation;
  readonly facts: GateFacts;
  readonly local: LocalTime;
  readonly engine: RuleEngine;
};

/** Something that passed the gate; `satisfied` where a behaviour rule stands behind it. */
type Alert = {
  readonly rule: AlertingRule;
  readonly match: Match;
  readonly verdict: Extract<GateVerdict, { pass: true }>;
  readonly satisfied?: Satisfied;
};

export interface MonitorDeps {
  readonly chain: Chain;
  readonly journal: Journal;
  /** The rule sets in force now. */
  readonly engines: () => readonly RuleEngine[];
  readonly gate: (permit: CapturePermit | undefined) => GateFacts;
  /** Trusted time, Unix seconds. */
  readonly now: () => number;
}

export function buildMonitor(deps: MonitorDeps): Monitor {
  const { chain, journal } = deps;
  const tallies = openTallies(journal);
  let full = false;

  /** One match of one engine, and the behaviour rules that it feeds; how many events were written. */
  function take(match: Match, seen: Seen): number {
    const { rule } = match;
    const verdict = askSeen(seen, { signals: [match.signal], category: rule.category, evidence: rule.evidence }, match);
    if (!verdict.pass) {
      tallies.count("droppedByGate");
      return 0;
    }
    tallies.count("matched");
    const satisfied = feed(match, seen);
    let events = rule.action === "alert" ? raise({ rule, match, verdict }, seen) : 0;
    for (const one of satisfied) {
      tallies.count("matched");
      events += raise(one, seen);
    }
    // A count rule's matches must outlive a restart too.
    tallies.keepMemory();
    return events;
  }

  /** Behaviour rules that no clause allows here and now remember nothing. */
  function feed(match: Match, seen: Seen): Alert[] {
    const { now } = seen.facts;
    return seen.engine.behaviours.fedBy(match.rule.ruleId).flatMap((behaviour): Alert[] => {
      const { rule, signals } = behaviour;
      if (match.rule.mode === "shadow" && rule.mode !== "shadow") return [];
      if (!isWithinHours(rule.schedule, seen.local)) return [];
      const verdict = askSeen(seen, { signals, category: rule.category, evidence: rule.evidence }, match);
      if (!verdict.pass) return [];
      const satisfied = tallies.feed(behaviour, readFed(match, now), now);
      return satisfied === undefined ? [] : [{ rule, match, verdict, satisfied }];
    });
  }

  /** Through shadow mode, cooldown and budget into the chain. */
  function raise({ rule, match, verdict, satisfied }: Alert, { facts, observation, engine }: Seen): number {
    if (rule.mode === "shadow") {
      tallies.countShadow(rule.ruleId);
      return 0;
    }
    const step = tallies.hold(rule, facts.now, localDay(facts));
    if (!step.emit) {
      tallies.count("suppressed");
      tallies.keep((state) => journal.writeState(state));
      return 0;
    }
    const written = tallies.keep((state) =>
      chain.writeMatch(
        {
          ruleId: rule.ruleId,
          ruleRevision: rule.revision,
          ruleSetVersion: engine.ruleSet.version,
          clauseId: verdict.clauseId,
          category: rule.category,
          severity: rule.severity,
          channel: observation.channel,
          cause: observation.cause,
          count: Math.max(step.count, satisfied?.count ?? 1),
          windowSeconds: Math.max(step.windowSeconds, satisfied?.windowSeconds ?? 0),
          orderUnconfirmed: verdict.orderUnconfirmed,
        },
        seenInClear(match, observation, verdict.maxEvidence),
        state,
      ),
    );
    full = written === undefined;
    return written === undefined ? 0 : 1;
  }

  return {
    observe(observation, permit) {
      const facts = deps.gate(permit);
      const obstacle = findStandingObstacle(facts);
      if (obstacle !== undefined) {
        tallies.count("droppedByGate");
        return { kind: "dropped", reason: obstacle };
      }
      if (hostsOf(observation, deps.engines()).some(facts.isProtected)) {
        tallies.countProtected();
        return { kind: "dropped", reason: "protected-host" };
      }
      tallies.count("observed");
      const local = localTime(facts.orders.acknowledged.value.timeZone, facts.now);
      try {
        let events = 0;
        for (const engine of deps.engines()) {
          const seen = { observation, facts, local, engine };
          for (const match of matchOrNothing(seen)) events += take(match, seen);
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
      const behaviours = deps.engines().flatMap((engine) => engine.behaviours.all);
      const written = tallies.tell(behaviours, deps.now(), ({ totals, rules }, state) =>
        chain.writeHealth({ kind: "heartbeat", totals, rules: [...rules] }, state),
      );
      full = written === undefined;
    },
    counters: tallies.counters,
    journalFull: () => full,
  };
}

/** Where a list of the engine cannot be read as it was signed, it matches nothing: its source tells, which is coverage. */
function matchOrNothing({ engine, observation, local }: Seen): readonly Match[] {
  try {
    return engine.match(observation, local);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return [];
  }
}

/** The host it happened on, and the one that a wrapper shows or leads to: a translated page of a protected host is protected. */
function hostsOf(observation: Observation, engines: readonly RuleEngine[]): string[] {
  const destination = "destination" in observation ? observation.destination : undefined;
  if (destination === undefined) return [];
  const inner = engines.map(({ parts }) => parts.wrappers.open(destination)?.destination.host);
  return [destination.host, ...inner.filter((host) => host !== undefined)];
}

function askSeen({ facts, engine }: Seen, rule: GateInput["rule"], { host }: Match): GateVerdict {
  return askGate({ ...facts, rulesExpire: engine.ruleSet.expires }, rule, host);
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
